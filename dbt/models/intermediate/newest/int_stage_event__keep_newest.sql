{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('stage_event_key', pending_keys('stage_event')) }}"
) }}

{{ keep_newest('stage_event') }}
