{{ config(materialized='view') }}

select
    code_verdict_key,
    application_key,
    interview_key,
    answer_key,
    question_code,
    problem_code,
    programming_language_code,
    verdict_code,
    n_cases,
    n_passed,
    tests_passed_0_1,
    max_cpu_seconds,
    max_memory_bytes,
    evaluated_at
from {{ ref('int_code_verdict__keep_newest') }}
