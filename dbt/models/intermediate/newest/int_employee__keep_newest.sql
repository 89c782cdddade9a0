{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('employee_key', pending_keys('employee')) }}"
) }}

{{ keep_newest('employee') }}
