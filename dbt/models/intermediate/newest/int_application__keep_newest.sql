{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', pending_keys('application')) }}"
) }}

-- Deleted applications stay: their history happened. They are excluded from metrics, and counted.
{{ keep_newest('application', with_deleted=true) }}
