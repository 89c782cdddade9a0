{{ landed('application') }}

select
    {{ key('source_id') }} as application_key,
    {{ key('candidate_id') }} as candidate_key,
    {{ key('requisition_id') }} as requisition_key,
    source,
    source_id as application_id,
    candidate_id,
    applied_at,
    first_contact_at,
    source_channel_code,
    stage_code,
    status_code,
    status_at,
    rejection_reason_code,
    is_prospect,
    {{ version_columns() }}
from landed
