{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('interview_report_key', pending_keys('interview_report')) }}"
) }}

{{ keep_newest('interview_report') }}
