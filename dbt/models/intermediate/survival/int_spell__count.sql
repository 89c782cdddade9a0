-- How many waits of each length, of each requisition, ended how: all that estimates need. Lengths are
-- in hundredths of a day up to ten days, and in tenths beyond.
with wait as (

    select
        measure_code,
        stage_code,
        requisition_key,
        month_on,
        top_org_unit_key,
        job_family_code,
        source_channel_code,
        case when duration_days < 10 then round(duration_days, 2) else round(duration_days, 1) end
            as duration_days,
        cause_code,
        is_zero_length
    from {{ ref('int_spell__unite') }}

),

-- Unit and family are the requisition's own: one count serves three groupings.
recent as materialized (

    select
        * exclude (month_on, source_channel_code),
        count(*) as n
    from wait
    where month_on > {{ cohort_window_start() }}
    group by all

),

grouped as (

    {% for grouping, column in {
        'company': 'null', 'unit': 'top_org_unit_key', 'job_family': 'job_family_code'
    }.items() %}
    select
        '{{ grouping }}' as grouping_code,
        {{ column }}::varchar as group_code,
        null::date as month_on,
        * exclude (top_org_unit_key, job_family_code)
    from recent
    {{ 'where ' ~ column ~ ' is not null' if grouping != 'company' }}
    union all
    {% endfor %}
    select
        'channel' as grouping_code,
        source_channel_code as group_code,
        null::date as month_on,
        * exclude (top_org_unit_key, job_family_code, month_on, source_channel_code),
        count(*) as n
    from wait
    where month_on > {{ cohort_window_start() }} and source_channel_code is not null
    group by all
    union all
    select
        'month' as grouping_code,
        null as group_code,
        month_on,
        * exclude (top_org_unit_key, job_family_code, month_on, source_channel_code),
        count(*) as n
    from wait
    group by all

)

select
    md5(concat_ws(
        '|', measure_code, coalesce(stage_code, ''), grouping_code, coalesce(group_code, ''),
        coalesce(month_on::varchar, '')
    )) as series_key,
    *
from grouped
