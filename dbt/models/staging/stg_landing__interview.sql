{{ landed('interview') }}

select
    {{ key('source_id') }} as interview_key,
    {{ key('application_id') }} as application_key,
    {{ key('rescheduled_from_id') }} as rescheduled_from_key,
    source,
    source_id as interview_id,
    round,
    interview_type as interview_type_code,
    status_code,
    invited_at,
    scheduled_start_at,
    started_at,
    ended_at,
    list_transform(interviewer_ids, lambda id: {{ key('id') }}) as interviewer_keys,
    {{ version_columns() }}
from landed
