{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('org_unit_key', pending_keys('org_unit')) }}"
) }}

{{ scd2('org_unit', ['parent_org_unit_key', 'name', 'name_en', 'is_active']) }}
