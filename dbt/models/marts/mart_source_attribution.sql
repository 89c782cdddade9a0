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
    from counted as n
    where n_resolved > 0
    group by attribution_code

),

spread as (

    select
        n.attribution_code,
        round(
            sum(n.n_resolved * power(n.n_hires / n.n_resolved::double - common.p, 2)), 9
        ) as s
    from counted as n
    inner join common using (attribution_code)
    where n.n_resolved > 0
    group by n.attribution_code

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
    n.attribution_code,
    n.source_channel_code,
    n.n_applications,
    n.n_resolved,
    n.n_open,
    n.n_hires,
    n.n_hires / nullif(n.n_resolved, 0)::double as hire_rate,
    {{ clustered_wilson('n.n_hires', 'n.n_resolved', 'n.hired', -1) }} as hire_rate_lower,
    {{ clustered_wilson('n.n_hires', 'n.n_resolved', 'n.hired', 1) }} as hire_rate_upper,
    {{ shrunken_rate('n.n_hires', 'n.n_resolved', 'fitted.p', 'fitted.gamma') }} as hire_rate_shrunk,
    n.n_started,
    n.n_observed_90d,
    n.n_kept_90d / nullif(n.n_observed_90d, 0)::double as retention_90d_rate,
    n.n_rated,
    n.mean_rating_z,
    coalesce(cost.direct_cost, 0)::double as direct_cost,
    round(cost.direct_cost::double / nullif(n.n_started, 0), 2) as direct_cost_per_hire,
    n.n_applications / (sum(n.n_applications) over (partition by n.attribution_code))::double
        as application_share,
    n.source_channel_code in ('none', 'other')
    and n.n_applications > rule.other_share_alert
    * sum(n.n_applications) over (partition by n.attribution_code) as is_alert
from counted as n
left join fitted using (attribution_code)
left join cost using (source_channel_code)
cross join {{ source('ops', 'hiring_rule') }} as rule
