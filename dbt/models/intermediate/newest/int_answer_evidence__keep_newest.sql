{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('answer_evidence_key', pending_keys('answer_evidence')) }}"
) }}

{{ keep_newest('answer_evidence') }}
