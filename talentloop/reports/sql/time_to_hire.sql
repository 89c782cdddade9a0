-- Time to hire by month of acceptance and department; the whole company has no department. Too few
-- people have no figures, as `state_code` says.
select
    t.hired_month_on,
    d.org_unit_id as department_id,
    d.name as department_name,
    d.name_en as department_name_en,
    t.n,
    case when t.state_code <> 'suppressed' then t.p25_days end as p25_days,
    case when t.state_code <> 'suppressed' then t.median_days end as median_days,
    case when t.state_code <> 'suppressed' then t.p75_days end as p75_days,
    case when t.state_code <> 'suppressed' then t.p90_days end as p90_days,
    case when t.state_code <> 'suppressed' then t.mean_days end as mean_days,
    t.observed_through_at,
    t.state_code
from mart_time_to_hire as t
left join dim_org_unit as d on t.top_org_unit_key = d.org_unit_key
where
    t.hired_month_on between $month::date - interval 12 month and $month::date
    and ($department::varchar is null or d.org_unit_id = $department)
order by t.hired_month_on, d.org_unit_id nulls first
