{{ landed('employment_event') }}

select
    {{ key('source_id') }} as employment_event_key,
    {{ key('employee_id') }} as employee_key,
    source,
    event_type as event_type_code,
    effective_on,
    recorded_at,
    reason_code,
    {{ version_columns() }}
from landed
