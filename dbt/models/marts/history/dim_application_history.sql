{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', pending_keys('application')) }}"
) }}

{{ scd2('application', ['source_channel_code']) }}
