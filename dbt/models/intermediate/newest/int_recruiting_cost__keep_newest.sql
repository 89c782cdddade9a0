{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('recruiting_cost_key', pending_keys('recruiting_cost')) }}"
) }}

{{ keep_newest('recruiting_cost') }}
