{# The rules by which a cohort's figure is shown; thresholds in config/rules/estimates.yml. #}

{# Too few cases: suppressed. Too many still open: provisional. Else mature. #}
{% macro state_code(n, n_open) -%}
    case
        when {{ n }} < {{ var('estimates')['minimum_n'] }} then 'suppressed'
        when {{ n_open }} > {{ var('estimates')['open_share_max'] }} * {{ n }} then 'provisional'
        else 'mature'
    end
{%- endmacro %}

{# A figure about enough cases, else null. #}
{% macro unless_suppressed(figure, n) -%}
    case when {{ n }} >= {{ var('estimates')['minimum_n'] }} then {{ figure }} end
{%- endmacro %}

{# Whole days of each curve, from 0 to the longest that anybody was followed or that is published. #}
{% macro whole_days(curve, by='series_key') %}
    select
        {{ by }},
        unnest(range(
            0, least(floor(max(duration_days)), {{ var('estimates')['curve_days'] }})::bigint + 1
        )) as day
    from {{ curve }}
    group by {{ by }}
{% endmacro %}

{# The last step of each curve within each whole day, as that day's: all that whole days need. #}
{% macro day_steps(curve, by, columns) %}
    select
        {{ by }},
        ceil(duration_days)::bigint as day,
        {% for column in columns %}
        arg_max_null({{ column }}, duration_days) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ curve }}
    group by {{ by }}, ceil(duration_days)::bigint
{% endmacro %}

{# Cohorts that began after this month are recent: estimates by unit, family and channel look at them. #}
{% macro cohort_window_start() -%}
    ({{ month_of(local_date(as_of(), "'" ~ var('default_time_zone') ~ "'")) }}
    - interval '{{ var("estimates")["window_months"] }} months')
{%- endmacro %}

{#
    Measures of cohorts per recent group, and per month for the whole company. Rows without a unit,
    family or channel count for the company only.
#}
{% macro by_cohort(measures, relation, dimensions=none, month='month_on') %}
    {% for grouping, column in {
        'company': 'null', 'unit': 'top_org_unit_key', 'job_family': 'job_family_code',
        'channel': 'source_channel_code', 'month': 'null'
    }.items() %}
    select
        '{{ grouping }}' as grouping_code,
        {{ column }}::varchar as group_code,
        {{ month if grouping == 'month' else 'null::date' }} as month_on,
        {{ dimensions ~ ',' if dimensions }}
        {{ measures }}
    from {{ relation }}
    {% if grouping != 'month' %}
    where {{ month }} > {{ cohort_window_start() }} {{ 'and ' ~ column ~ ' is not null' if grouping != 'company' }}
    {% endif %}
    group by all
    having count(*) > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
{% endmacro %}
