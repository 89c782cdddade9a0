{{ landed('requisition_event') }}

select
    {{ key('source_id') }} as requisition_event_key,
    {{ key('requisition_id') }} as requisition_key,
    source,
    event_type as event_type_code,
    occurred_at,
    {{ version_columns() }}
from landed
