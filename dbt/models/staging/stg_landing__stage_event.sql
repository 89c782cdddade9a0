{{ landed('stage_event') }}

select
    {{ key('source_id') }} as stage_event_key,
    {{ key('application_id') }} as application_key,
    source,
    stage_code,
    stage_name,
    occurred_at,
    sequence,
    actor_type as actor_type_code,
    reason_code,
    {{ version_columns() }}
from landed
