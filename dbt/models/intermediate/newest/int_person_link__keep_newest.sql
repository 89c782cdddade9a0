{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('person_link_key', pending_keys('person_link')) }}"
) }}

{{ keep_newest('person_link') }}
