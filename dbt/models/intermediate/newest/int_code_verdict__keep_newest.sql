{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('code_verdict_key', pending_keys('code_verdict')) }}"
) }}

{{ keep_newest('code_verdict') }}
