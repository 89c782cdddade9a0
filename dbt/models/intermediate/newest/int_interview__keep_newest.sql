{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('interview_key', pending_keys('interview')) }}"
) }}

{{ keep_newest('interview') }}
