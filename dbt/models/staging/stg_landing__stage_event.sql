{{ landed('stage_event') }}

select
    {{ key('source_id') }} as stage_event_key,
    {{ key('application_id') }} as application_key,
    source,
    stage_code,
    occurred_at,
    sequence,
    actor_type as actor_type_code,
    reason_code,
    source_updated_at,
    source_created_at,
    is_deleted,
    load_id,
    payload_hash
from landed
