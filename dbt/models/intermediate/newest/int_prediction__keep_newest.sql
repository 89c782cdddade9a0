{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('prediction_key', pending_keys('prediction')) }}"
) }}

{{ keep_newest('prediction') }}
