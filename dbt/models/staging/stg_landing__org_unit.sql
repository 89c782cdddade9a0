{{ landed('org_unit') }}

select
    {{ key('source_id') }} as org_unit_key,
    {{ key('parent_id') }} as parent_org_unit_key,
    source,
    source_id as org_unit_id,
    name,
    name_en,
    is_active,
    source_updated_at,
    source_created_at,
    is_deleted,
    load_id,
    payload_hash
from landed
