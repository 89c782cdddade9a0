{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('opening_key', pending_keys('opening')) }}"
) }}

{{ scd2('opening', ['target_fill_on']) }}
