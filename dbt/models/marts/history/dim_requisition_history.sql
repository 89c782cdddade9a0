{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('requisition_key', pending_keys('requisition')) }}"
) }}

{{ scd2('requisition', ['recruiter_key', 'hiring_manager_key', 'org_unit_key', 'target_fill_on']) }}
