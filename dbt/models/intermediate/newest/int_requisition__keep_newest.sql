{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('requisition_key', pending_keys('requisition')) }}"
) }}

{{ keep_newest('requisition') }}
