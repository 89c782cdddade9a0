{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('employment_event_key', pending_keys('employment_event')) }}"
) }}

{{ keep_newest('employment_event') }}
