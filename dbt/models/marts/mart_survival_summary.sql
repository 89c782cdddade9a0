with series as (

    select
        *,
        n - n_zero_length as n_waited
    from {{ ref('int_series__describe') }}

),

quantile as (

    select
        series_key,
        {{ survival_quantiles() }}
    from {{ ref('int_survival__estimate') }}
    group by series_key

)

select
    series.measure_code,
    series.stage_code,
    series.grouping_code,
    series.group_code,
    series.month_on,
    series.n,
    series.n_open,
    series.n_zero_length,
    {{ as_of() }} as observed_through_at,
    {{ state_code('series.n_waited', 'series.n_open') }} as state_code,
    {% for name in ['p25', 'median', 'p75', 'p90'] %}
    {{ unless_suppressed('quantile.' ~ name ~ '_days', 'series.n_waited') }} as {{ name }}_days,
    {{ unless_suppressed('quantile.' ~ name ~ '_days_lower', 'series.n_waited') }} as {{ name }}_days_lower,
    {{ unless_suppressed('quantile.' ~ name ~ '_days_upper', 'series.n_waited') }} as {{ name }}_days_upper,
    {% endfor %}
    {{ unless_suppressed('series.completed_median_days', 'series.n_waited') }} as completed_median_days
from series
left join quantile using (series_key)
