{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('dimension_score_key', pending_keys('dimension_score')) }}"
) }}

{{ keep_newest('dimension_score') }}
