-- What ended in $month, in calendar and in working days; the whole company has no department.
select
    t.measure_code,
    t.stage_code,
    d.org_unit_id as department_id,
    d.name as department_name,
    d.name_en as department_name_en,
    t.n,
    t.median_days,
    t.p75_days,
    t.p90_days,
    t.n_business,
    t.business_median_days,
    t.business_p75_days,
    t.business_p90_days
from mart_speed as t
left join dim_org_unit as d on t.top_org_unit_key = d.org_unit_key
where
    t.month_on = $month::date
    and ($department::varchar is null or d.org_unit_id = $department)
order by t.measure_code, t.stage_code, d.org_unit_id nulls first
