-- Time to hire by month of acceptance and department; the whole company has no department.
select
    t.hired_month_on,
    d.org_unit_id as department_id,
    d.name as department_name,
    d.name_en as department_name_en,
    t.n,
    t.p25_days,
    t.median_days,
    t.p75_days,
    t.p90_days,
    t.mean_days,
    t.observed_through_at,
    t.state_code
from mart_time_to_hire as t
left join dim_org_unit as d on t.top_org_unit_key = d.org_unit_key
where
    t.hired_month_on between $month::date - interval 12 month and $month::date
    and ($department::varchar is null or d.org_unit_id = $department)
order by t.hired_month_on, d.org_unit_id nulls first
