with landed as (

    select * from {{ source('landing', 'requisition_event') }}
    where {{ is_new_load('requisition_event') }}

)

select
    {{ key('source_id') }} as requisition_event_key,
    {{ key('requisition_id') }} as requisition_key,
    source,
    event_type as event_type_code,
    occurred_at,
    source_updated_at,
    is_deleted,
    load_id,
    payload_hash
from landed
