-- The publicly reportable figures on recruitment and turnover, over the twelve months that end
-- with each month. A row without a unit is the whole company.
with filled as (

    select
        {{ month_of(local_date('opening.filled_at', 'requisition.time_zone')) }} as month_on,
        requisition.top_org_unit_key,
        opening.time_to_fill_days::decimal(18, 6) as days,
        coalesce(application.is_internal, false) as is_internal,
        coalesce(list_contains(rule.critical_job_codes, requisition.job_code), false) as is_critical
    from {{ ref('dim_opening') }} as opening
    cross join {{ source('ops', 'hiring_rule') }} as rule
    inner join {{ ref('dim_requisition') }} as requisition using (requisition_key)
    left join {{ ref('int_application__situate') }} as application
        on opening.filled_application_key = application.application_key
    where opening.filled_at is not null and opening.status_code = 'filled'
        and not requisition.is_test and not requisition.is_evergreen

),

counted as (

    {{ by_month_and_unit("
        count(*) as n_filled,
        count(days) as n_timed,
        coalesce(sum(days), 0) as days,
        count(*) filter (is_internal) as n_filled_internally,
        count(*) filter (is_critical) as n_critical,
        count(days) filter (is_critical) as n_critical_timed,
        coalesce(sum(days) filter (is_critical), 0) as critical_days,
        count(*) filter (is_critical and is_internal) as n_critical_internally
    ", 'filled') }}

),

joined as (

    select
        workforce.*,
        counted.* exclude (month_on, top_org_unit_key)
    from {{ ref('int_workforce__count') }} as workforce
    left join counted
        on workforce.month_on = counted.month_on
        and workforce.top_org_unit_key is not distinct from counted.top_org_unit_key

),

year as (

    select
        month_on,
        top_org_unit_key,
        row_number() over (partition by top_org_unit_key order by month_on) >= 12 as is_whole,
        avg(mean_headcount) over twelve as mean_headcount,
        {% for name in ['n_leavers', 'n_filled', 'n_timed', 'days', 'n_filled_internally', 'n_critical',
            'n_critical_timed', 'critical_days', 'n_critical_internally'] %}
        coalesce(sum({{ name }}) over twelve, 0) as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from joined
    window twelve as (
        partition by top_org_unit_key order by month_on rows between 11 preceding and current row
    )

)

select
    month_on,
    top_org_unit_key,
    n_filled::bigint as n_filled,
    round(days::double / nullif(n_timed, 0), 6) as mean_time_to_fill_days,
    n_critical::bigint as n_filled_critical,
    round(critical_days::double / nullif(n_critical_timed, 0), 6) as mean_time_to_fill_critical_days,
    round(n_filled_internally::double / nullif(n_filled, 0), 6) as internal_fill_rate,
    round(n_critical_internally::double / nullif(n_critical, 0), 6) as internal_fill_critical_rate,
    round(mean_headcount, 6) as mean_headcount,
    n_leavers::bigint as n_leavers,
    round(n_leavers::double / nullif(mean_headcount, 0), 6) as turnover_rate
from year
where is_whole
