{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('org_unit_key', pending_keys('org_unit')) }}"
) }}

{{ keep_newest('org_unit') }}
