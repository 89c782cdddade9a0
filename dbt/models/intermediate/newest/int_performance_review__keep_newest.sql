{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('performance_review_key', pending_keys('performance_review')) }}"
) }}

{{ keep_newest('performance_review') }}
