{{ landed('code_verdict') }}

select
    {{ key('source_id') }} as code_verdict_key,
    {{ key('application_id', source='application_source') }} as application_key,
    {{ key('interview_id', source='application_source') }} as interview_key,
    {{ key('answer_id') }} as answer_key,
    source,
    question_code,
    problem_code,
    programming_language_code,
    verdict_code,
    n_cases,
    n_passed,
    tests_passed_0_1,
    max_cpu_seconds,
    max_memory_bytes,
    evaluated_at,
    {{ version_columns() }}
from landed
