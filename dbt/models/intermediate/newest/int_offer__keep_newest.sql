{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('offer_key', pending_keys('offer')) }}"
) }}

{{ keep_newest('offer') }}
