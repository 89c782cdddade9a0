-- Share still employed 90 days after the start, by Kaplan and Meier. Who started less than 90 days
-- ago counts for as long as followed, neither as stayed nor as left.
with starter as (

    select
        source_channel_code,
        month_on,
        top_org_unit_key,
        requisition_key,
        followed_days as duration_days,
        case when has_left then 'left' end as cause_code,
        observed_on - hired_on >= 90 as is_observed,
        1 as n
    from {{ ref('int_employment__follow') }}

),

grouped as (

    select
        'channel' as grouping_code,
        source_channel_code as group_code,
        null::date as month_on,
        * exclude (source_channel_code, month_on)
    from starter
    union all
    select
        'unit' as grouping_code,
        top_org_unit_key as group_code,
        month_on,
        * exclude (source_channel_code, month_on)
    from starter
    union all
    select
        'company' as grouping_code,
        null as group_code,
        month_on,
        * exclude (source_channel_code, month_on)
    from starter

),

curve as (

    {{ kaplan_meier('grouped', 'grouping_code, group_code, month_on', 'requisition_key') }}

),

retained as (

    select
        grouping_code,
        group_code,
        month_on,
        {{ on_day('survival_rate', 90, 1) }} as retention_90d_rate,
        {{ on_day('survival_lower', 90, 'null') }} as retention_90d_lower,
        {{ on_day('survival_upper', 90, 'null') }} as retention_90d_upper
    from curve
    group by grouping_code, group_code, month_on

),

counted as (

    select
        grouping_code,
        group_code,
        month_on,
        count(*) as n_starters,
        count(*) filter (is_observed) as n_observed_90d
    from grouped
    group by grouping_code, group_code, month_on

)

select
    counted.grouping_code,
    counted.group_code,
    counted.month_on,
    counted.n_starters,
    counted.n_observed_90d,
    retained.retention_90d_rate,
    retained.retention_90d_lower,
    retained.retention_90d_upper
from counted
inner join retained
    on counted.grouping_code = retained.grouping_code
    and counted.group_code is not distinct from retained.group_code
    and counted.month_on is not distinct from retained.month_on
