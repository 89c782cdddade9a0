with quantile as (

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
    {{ state_code('series.n', 'series.n_open') }} as state_code,
    {% for name in ['p25', 'median', 'p75', 'p90'] %}
    {{ unless_suppressed('quantile.' ~ name ~ '_days', 'series.n') }} as {{ name }}_days,
    {{ unless_suppressed('quantile.' ~ name ~ '_days_lower', 'series.n') }} as {{ name }}_days_lower,
    {{ unless_suppressed('quantile.' ~ name ~ '_days_upper', 'series.n') }} as {{ name }}_days_upper,
    {% endfor %}
    {{ unless_suppressed('series.completed_median_days', 'series.n') }} as completed_median_days
from {{ ref('int_series__describe') }} as series
left join quantile using (series_key)
