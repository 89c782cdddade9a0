-- Whole days from 0 to the last to which anybody was followed.
with curve as (

    select * from {{ ref('int_survival__estimate') }}

),

step as (

    {{ day_steps(
        'curve', 'series_key', ['n_remaining', 'survival_rate', 'survival_lower', 'survival_upper']
    ) }}

),

series_day as (

    {{ whole_days('curve') }}

)

select
    series.measure_code,
    series.stage_code,
    series.grouping_code,
    series.group_code,
    series.month_on,
    series_day.day::integer as day,
    coalesce(step.n_remaining, series.n - series.n_zero_length)::bigint as n_at_risk,
    coalesce(step.survival_rate, 1) as survival_rate,
    step.survival_lower,
    step.survival_upper
from series_day
inner join {{ ref('int_series__describe') }} as series using (series_key)
asof left join step
    on series_day.series_key = step.series_key
    and series_day.day >= step.day
where series.n - series.n_zero_length >= {{ var('estimates')['minimum_n'] }}
