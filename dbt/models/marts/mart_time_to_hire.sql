with hire as (

    {{ by_month_and_unit(
        "count(*) as n, "
        ~ time_quantiles('time_to_hire_days')
        ~ ", round(avg(time_to_hire_days), 9) as mean_days",
        ref('int_hire__count'),
        condition='time_to_hire_days is not null'
    ) }}

)

select
    month_on as hired_month_on,
    top_org_unit_key,
    n,
    p25_days,
    median_days,
    p75_days,
    p90_days,
    mean_days,
    {{ as_of() }} as observed_through_at,
    -- A month that has not ended is provisional.
    case
        when {{ state_code('n', '0') }} = 'mature'
            and month_on + interval 1 month > {{ as_of() }} at time zone '{{ var("default_time_zone") }}'
            then 'provisional'
        else {{ state_code('n', '0') }}
    end as state_code
from hire
