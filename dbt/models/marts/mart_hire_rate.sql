-- Hires among resolved applications, shown only where few are open: the open ones are the late
-- hires. Beside it the incidence of hire within fixed times, which open applications do not bias.
with cohort as (

    {{ by_cohort(
        "
        count(*) as n,
        count(*) filter (outcome_code = 'hired') as n_hired,
        count(*) filter (outcome_code is null) as n_open,
        count(*) filter (is_reopened) as n_reopened
        ",
        ref('int_application__end'),
        month='cohort_month_on'
    ) }}

),

requisition as (

    {{ by_cohort(
        "
        count(*) filter (outcome_code = 'hired') as k,
        count(*) filter (outcome_code is not null) as n
        ",
        ref('int_application__end'),
        "requisition_key",
        month='cohort_month_on'
    ) }}

),

spread as (

    select
        grouping_code,
        group_code,
        month_on,
        {{ cluster_squares('k', 'n', 'hired') }}
    from requisition
    group by grouping_code, group_code, month_on

),

incidence as (

    select
        series.grouping_code,
        series.group_code,
        series.month_on,
        {% for days in [30, 60, 90] %}
        {% for part, start in {'rate': 0, 'lower': 'null', 'upper': 'null'}.items() %}
        {{ on_day('curve.incidence_' ~ part, days, start) }}
            as hired_{{ days }}_days_{{ part }}{{ ',' if not (loop.last and days == 90) }}
        {% endfor %}
        {% endfor %}
    from {{ ref('int_incidence__estimate') }} as curve
    inner join {{ ref('int_series__describe') }} as series using (series_key)
    where series.measure_code = 'time_to_outcome' and curve.cause_code = 'hired'
    group by series.grouping_code, series.group_code, series.month_on

)

select
    cohort.grouping_code,
    cohort.group_code,
    cohort.month_on,
    cohort.n,
    cohort.n_hired,
    cohort.n_open,
    cohort.n_reopened,
    {{ as_of() }} as observed_through_at,
    case
        when cohort.n_open > {{ var('estimates')['open_share_max'] }} * cohort.n then 'suppressed'
        when cohort.n_open > {{ var('estimates')['settled_open_share_max'] }} * cohort.n
            and cohort.n >= {{ var('estimates')['minimum_n'] }} then 'provisional'
        else {{ state_code('cohort.n', '0') }}
    end as state_code,
    {% for part, figure in {
        'hire_rate': 'cohort.n_hired / (cohort.n - cohort.n_open)::double',
        'hire_rate_lower': clustered_wilson('cohort.n_hired', '(cohort.n - cohort.n_open)', 'spread.hired', -1),
        'hire_rate_upper': clustered_wilson('cohort.n_hired', '(cohort.n - cohort.n_open)', 'spread.hired', 1)
    }.items() %}
    case when cohort.n_open <= {{ var('estimates')['open_share_max'] }} * cohort.n
        then {{ unless_suppressed(figure, 'cohort.n') }}
    end as {{ part }},
    {% endfor %}
    {% for days in [30, 60, 90] %}
    {% for part in ['rate', 'lower', 'upper'] %}
    {{ unless_suppressed('incidence.hired_' ~ days ~ '_days_' ~ part, 'cohort.n') }}
        as hired_{{ days }}_days_{{ part }}{{ ',' if not (loop.last and days == 90) }}
    {% endfor %}
    {% endfor %}
from cohort
left join spread
    on cohort.grouping_code = spread.grouping_code
    and cohort.group_code is not distinct from spread.group_code
    and cohort.month_on is not distinct from spread.month_on
left join incidence
    on cohort.grouping_code = incidence.grouping_code
    and cohort.group_code is not distinct from incidence.group_code
    and cohort.month_on is not distinct from incidence.month_on
