-- Share still employed 90 days after the start, by Kaplan and Meier: at each day on which somebody
-- left, the survivors shrink by those who left out of those still followed. Who started less than
-- 90 days ago counts for as long as followed, neither as stayed nor as left.
with starter as (

    select
        source_channel_code,
        month_on,
        top_org_unit_key,
        least(followed_days, 90) as followed_days,
        has_left and followed_days <= 90 as has_left,
        observed_on - hired_on >= 90 as is_observed
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

leaving as (

    select
        grouping_code,
        group_code,
        month_on,
        followed_days,
        count(*) filter (has_left) as n_left,
        sum(count(*)) over (
            partition by grouping_code, group_code, month_on
            order by followed_days desc
        )::double as n_at_risk
    from grouped
    group by grouping_code, group_code, month_on, followed_days

),

survival as (

    select
        grouping_code,
        group_code,
        month_on,
        round(product(1 - n_left / n_at_risk), 12) as retention_rate,
        sum(n_left / nullif(n_at_risk * (n_at_risk - n_left), 0)) as greenwood
    from leaving
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
    survival.retention_rate as retention_90d_rate,
    {{ survival_interval('survival.retention_rate', 'survival.greenwood', -1) }} as retention_90d_lower,
    {{ survival_interval('survival.retention_rate', 'survival.greenwood', 1) }} as retention_90d_upper
from counted
inner join survival
    on counted.grouping_code = survival.grouping_code
    and counted.group_code is not distinct from survival.group_code
    and counted.month_on is not distinct from survival.month_on
