-- The publicly reportable set, of the twelve months that end with $month.
select
    d.org_unit_id as department_id,
    d.name as department_name,
    d.name_en as department_name_en,
    t.n_filled,
    t.mean_time_to_fill_days,
    t.n_filled_critical,
    t.mean_time_to_fill_critical_days,
    t.internal_fill_rate,
    t.internal_fill_critical_rate,
    t.mean_headcount,
    t.n_leavers,
    t.turnover_rate
from mart_iso_30414 as t
left join dim_org_unit as d on t.top_org_unit_key = d.org_unit_key
where t.month_on = $month::date
order by d.org_unit_id nulls first
