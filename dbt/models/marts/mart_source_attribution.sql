with counted as (

    select * from {{ ref('int_source__count') }}

),

common as (

    select
        attribution_code,
        sum(n_hires) / nullif(sum(n_resolved), 0)::double as p,
        sum(n_resolved)::double as n_all,
        sum(n_resolved * n_resolved)::double as n_squared,
        count(*) as n_groups
    from counted
    where n_resolved > 0
    group by attribution_code

),

spread as (

    select
        counted.attribution_code,
        round(
            sum(counted.n_resolved * power(counted.n_hires / counted.n_resolved::double - common.p, 2)), 9
        ) as s
    from counted
    inner join common using (attribution_code)
    where counted.n_resolved > 0
    group by counted.attribution_code

),

fitted as (

    select
        common.attribution_code,
        common.p,
        {{ intraclass('spread.s', 'common.p', 'common.n_all', 'common.n_squared', 'common.n_groups') }}
            as gamma
    from common
    inner join spread using (attribution_code)

),

cost as (

    select
        source_channel_code,
        sum(cost_amount) as direct_cost
    from {{ ref('int_cost__place') }}
    where is_standard and worker_type_code = 'employee' and source_channel_code is not null
        and month_on <= {{ local_date(as_of(), "'" ~ var('default_time_zone') ~ "'") }}
    group by source_channel_code

)

select
    counted.attribution_code,
    counted.source_channel_code,
    counted.n_applications,
    counted.n_resolved,
    counted.n_open,
    counted.n_hires,
    counted.n_hires / nullif(counted.n_resolved, 0)::double as hire_rate,
    {{ wilson('counted.n_hires', 'counted.n_resolved', -1) }} as hire_rate_lower,
    {{ wilson('counted.n_hires', 'counted.n_resolved', 1) }} as hire_rate_upper,
    {{ shrunken_rate('counted.n_hires', 'counted.n_resolved', 'fitted.p', 'fitted.gamma') }} as hire_rate_shrunk,
    counted.n_started,
    counted.n_observed_90d,
    counted.n_kept_90d / nullif(counted.n_observed_90d, 0)::double as retention_90d_rate,
    counted.n_rated,
    counted.mean_rating_z,
    coalesce(cost.direct_cost, 0)::double as direct_cost,
    round(cost.direct_cost::double / nullif(counted.n_started, 0), 2) as direct_cost_per_hire,
    counted.n_applications / (sum(counted.n_applications) over (partition by counted.attribution_code))::double
        as application_share,
    counted.source_channel_code in ('none', 'other')
    and counted.n_applications > rule.other_share_alert
    * sum(counted.n_applications) over (partition by counted.attribution_code) as is_alert
from counted
left join fitted using (attribution_code)
left join cost using (source_channel_code)
cross join {{ source('ops', 'hiring_rule') }} as rule
