-- Whole days from 0 to the last to which anybody was followed, for each way in which it may end.
with curve as (

    select
        *,
        series_key || '|' || cause_code as curve_key
    from {{ ref('int_incidence__estimate') }}

),

step as (

    {{ day_steps('curve', 'curve_key', ['incidence_rate', 'incidence_lower', 'incidence_upper']) }}

),

series_day as (

    {{ whole_days('curve', 'series_key, cause_code, curve_key') }}

)

select
    series.measure_code,
    series.stage_code,
    series.grouping_code,
    series.group_code,
    series.month_on,
    series_day.cause_code,
    series_day.day::integer as day,
    coalesce(step.incidence_rate, 0) as incidence_rate,
    step.incidence_lower,
    step.incidence_upper
from series_day
inner join {{ ref('int_series__describe') }} as series using (series_key)
asof left join step
    on series_day.curve_key = step.curve_key
    and series_day.day >= step.day
where series.n >= {{ var('estimates')['minimum_n'] }}
