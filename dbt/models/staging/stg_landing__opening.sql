{{ landed('opening') }}

select
    {{ key('source_id') }} as opening_key,
    {{ key('requisition_id') }} as requisition_key,
    {{ key('filled_application_id') }} as filled_application_key,
    source,
    opened_at,
    target_fill_on,
    status_code,
    filled_at,
    closed_at,
    {{ version_columns() }}
from landed
