{{ config(materialized='view') }}

select
    interview_report_key,
    application_key,
    interview_key,
    overall_stars_0_5,
    remark,
    report_uri,
    n_answers,
    n_withheld,
    n_supplements,
    counting_code,
    is_simulated,
    evaluated_at
from {{ ref('int_interview_report__keep_newest') }}
