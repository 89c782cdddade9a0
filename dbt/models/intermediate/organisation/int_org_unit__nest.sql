-- The unit under which reports add up: where one company heads everything, its divisions; where
-- several trees stand beside each other, their roots.
with recursive unit as (

    select
        org_unit_key,
        source,
        case
            when parent_org_unit_key in (select org_unit_key from {{ ref('int_org_unit__keep_newest') }})
                then parent_org_unit_key
        end as parent_org_unit_key
    from {{ ref('int_org_unit__keep_newest') }}

),

root as (

    select
        source,
        count(*) = 1 as is_single
    from unit
    where parent_org_unit_key is null
    group by source

),

nested as (

    select
        unit.org_unit_key,
        0 as depth,
        unit.org_unit_key as top_org_unit_key,
        root.is_single
    from unit
    inner join root using (source)
    where unit.parent_org_unit_key is null
    union all
    select
        unit.org_unit_key,
        nested.depth + 1 as depth,
        case
            when nested.depth = 0 and nested.is_single then unit.org_unit_key
            else nested.top_org_unit_key
        end as top_org_unit_key,
        nested.is_single
    from unit
    inner join nested on unit.parent_org_unit_key = nested.org_unit_key
    where nested.depth < 20

)

select
    org_unit_key,
    depth,
    top_org_unit_key
from nested
