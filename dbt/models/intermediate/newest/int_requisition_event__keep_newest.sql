{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('requisition_event_key', pending_keys('requisition_event')) }}"
) }}

{{ keep_newest('requisition_event') }}
