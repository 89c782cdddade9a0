{{ landed('org_unit') }}

select
    {{ key('source_id') }} as org_unit_key,
    {{ key('parent_id') }} as parent_org_unit_key,
    source,
    source_id as org_unit_id,
    name,
    name_en,
    is_active,
    {{ version_columns() }}
from landed
