{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('screening_result_key', pending_keys('screening_result')) }}"
) }}

{{ keep_newest('screening_result') }}
