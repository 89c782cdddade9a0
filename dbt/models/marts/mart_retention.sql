{% set exits = ['voluntary', 'employer', 'failed_probation', 'unknown'] %}
{% set horizons = {'90_days': 90, '180_days': 180, '365_days': 365} %}
-- Share still employed after fixed times and after each person's own probation; exits of different
-- kinds compete. No figure beyond the time for which anybody was followed. Open are those who are
-- employed and have not been followed to the horizon.
with series as (

    select * from {{ ref('int_series__describe') }}
    where measure_code in ('retention', 'probation')

),

pending as (

    select
        series_key,
        {% for horizon, days in horizons.items() %}
        sum(case when cause_code is null and duration_days < {{ days }} then n end)
            as n_open_{{ horizon }},
        {% endfor %}
        sum(case when cause_code is null then n end) as n_open_probation
    from {{ ref('int_spell__count') }}
    where series_key in (select series_key from series)
    group by series_key

),

kept as (

    {% for horizon, days in horizons.items() %}
    select
        series_key,
        '{{ horizon }}' as horizon_code,
        {{ on_day('survival_rate', days, 1) }} as retention_rate,
        {{ on_day('survival_lower', days, 'null') }} as retention_lower,
        {{ on_day('survival_upper', days, 'null') }} as retention_upper
    from {{ ref('int_survival__estimate') }}
    where series_key in (
        select series_key from series
        where measure_code = 'retention'
    )
    group by series_key
    union all
    {% endfor %}
    select
        series_key,
        'probation' as horizon_code,
        {% for part in ['rate', 'lower', 'upper'] %}
        -- Only once everybody's probation is decided: until then some shares are still to come.
        case when min(survival_rate) = 0
            then arg_max_null(incidence_{{ part }}, duration_days)
        end as retention_{{ part }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_incidence__estimate') }}
    where cause_code = 'passed'
    group by series_key

),

lost as (

    {% for horizon, days in dict(horizons, probation=10000).items() %}
    select
        series_key,
        cause_code,
        '{{ horizon }}' as horizon_code,
        {% if horizon == 'probation' %}
        max(incidence_rate) as exit_rate
        {% else %}
        {{ on_day('incidence_rate', days, 0) }} as exit_rate
        {% endif %}
    from {{ ref('int_incidence__estimate') }}
    where series_key in (
        select series_key from series
        where measure_code = '{{ 'probation' if horizon == 'probation' else 'retention' }}'
    )
    group by series_key, cause_code
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

exit as (

    select
        series_key,
        horizon_code,
        {% for kind in exits %}
        max(exit_rate) filter (cause_code = '{{ kind }}') as {{ kind }}_rate{{ ',' if not loop.last }}
        {% endfor %}
    from lost
    group by series_key, horizon_code

),

opened as (

    select
        series.*,
        kept.* exclude (series_key),
        coalesce(case kept.horizon_code
            {% for horizon in horizons %}
            when '{{ horizon }}' then pending.n_open_{{ horizon }}
            {% endfor %}
            else pending.n_open_probation
        end, 0)::bigint as n_pending
    from series
    inner join kept using (series_key)
    left join pending using (series_key)

)

select
    opened.horizon_code,
    opened.grouping_code,
    opened.group_code,
    opened.month_on,
    opened.n,
    opened.n_pending as n_open,
    {{ as_of() }} as observed_through_at,
    {{ state_code('opened.n', 'opened.n_pending') }} as state_code,
    {{ unless_suppressed('opened.retention_rate', 'opened.n') }} as retention_rate,
    {{ unless_suppressed('opened.retention_lower', 'opened.n') }} as retention_lower,
    {{ unless_suppressed('opened.retention_upper', 'opened.n') }} as retention_upper,
    {% for kind in exits %}
    case when opened.retention_rate is not null
        then {{ unless_suppressed('coalesce(exit.' ~ kind ~ '_rate, 0)', 'opened.n') }}
    end as {{ kind }}_rate{{ ',' if not loop.last }}
    {% endfor %}
from opened
left join exit using (series_key, horizon_code)
