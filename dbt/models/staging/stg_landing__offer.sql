{{ landed('offer') }}

select
    {{ key('source_id') }} as offer_key,
    {{ key('application_id') }} as application_key,
    source,
    version,
    status_code,
    extended_at,
    accepted_at,
    decided_at,
    decline_reason_code,
    start_on,
    {{ version_columns() }}
from landed
