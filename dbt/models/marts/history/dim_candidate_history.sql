{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('candidate_key', pending_keys('candidate')) }}"
) }}

{{ scd2('candidate', ['source_channel_code']) }}
