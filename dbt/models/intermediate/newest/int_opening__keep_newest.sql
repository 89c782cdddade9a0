{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('opening_key', pending_keys('opening')) }}"
) }}

{{ keep_newest('opening') }}
