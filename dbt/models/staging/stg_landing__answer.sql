-- No model reads it yet: as a view it costs the build nothing.
{{ config(materialized='view') }}

{{ landed('answer') }}

select
    {{ key('source_id') }} as answer_key,
    {{ key('interview_id', source='coalesce(interview_source, source)') }} as interview_key,
    {{ key('follows_id') }} as follows_key,
    source,
    question_code,
    answered_at,
    duration_seconds,
    speech_seconds,
    answer_kind_code,
    attempt,
    is_counted,
    answer_outcome_code,
    {{ version_columns() }}
from landed
