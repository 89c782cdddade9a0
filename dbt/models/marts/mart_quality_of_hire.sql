-- Components first; one number only where the enterprise has declared how to weigh them. A hire
-- takes part in the composite with the components that are mature, at least one of them.
with assessed as (

    select
        hire.*,
        weight.weight
    from {{ ref('int_hire__assess') }} as hire
    left join {{ source('ops', 'quality_weight') }} as weight using (component_code)

),

composite as (

    select
        employee_key,
        any_value(top_org_unit_key) as top_org_unit_key,
        any_value(source_channel_code) as source_channel_code,
        'composite' as component_code,
        null::double as value_raw,
        round(sum(weight * value_z) / sum(weight), 9) as value_z
    from assessed
    where weight > 0 and value_z is not null
    group by employee_key

),

known as (

    select * exclude (weight) from assessed
    union all by name
    select * from composite

),

hire as (

    select
        'company' as grouping_code,
        null as group_code,
        count(*) as n_hires
    from {{ ref('int_employment__follow') }}
    union all
    select
        'unit' as grouping_code,
        top_org_unit_key as group_code,
        count(*) as n_hires
    from {{ ref('int_employment__follow') }}
    group by top_org_unit_key
    union all
    select
        'channel' as grouping_code,
        source_channel_code as group_code,
        count(*) as n_hires
    from {{ ref('int_employment__follow') }}
    group by source_channel_code

),

grouped as (

    select
        unnest(['company', 'unit', 'channel']) as grouping_code,
        unnest([null, top_org_unit_key, source_channel_code]) as group_code,
        component_code,
        value_raw,
        value_z
    from known

)

select
    grouped.grouping_code,
    grouped.group_code,
    grouped.component_code,
    any_value(hire.n_hires) as n_hires,
    count(*) as n_mature,
    count(*) / any_value(hire.n_hires)::double as coverage_share,
    -- Adding nothing turns a minus nothing into nothing.
    round(avg(grouped.value_raw), 6) + 0 as mean_value,
    count(grouped.value_z) as n_compared,
    round(avg(grouped.value_z), 6) + 0 as mean_z,
    round(stddev_samp(grouped.value_z), 6) as sd_z
from grouped
inner join hire
    on grouped.grouping_code = hire.grouping_code
    and grouped.group_code is not distinct from hire.group_code
group by grouped.grouping_code, grouped.group_code, grouped.component_code
