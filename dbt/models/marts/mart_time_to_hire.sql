with hire as (

    select * from {{ ref('int_hire__count') }} where time_to_hire_days is not null

)

select
    month_on as hired_month_on,
    top_org_unit_key,
    count(*)::bigint as n,
    {{ time_quantiles('time_to_hire_days') }},
    round(avg(time_to_hire_days), 9) as mean_days
from hire
group by grouping sets ((month_on, top_org_unit_key), (month_on))
having grouping(top_org_unit_key) = 1 or top_org_unit_key is not null
