with unit as (

    select * from {{ ref('int_org_unit__keep_newest') }}

)

select
    unit.org_unit_key,
    unit.source,
    unit.org_unit_id,
    unit.name,
    unit.name_en,
    unit.parent_org_unit_key,
    nested.top_org_unit_key,
    top.name as top_name,
    top.name_en as top_name_en
from unit
left join {{ ref('int_org_unit__nest') }} as nested using (org_unit_key)
left join unit as top on nested.top_org_unit_key = top.org_unit_key
