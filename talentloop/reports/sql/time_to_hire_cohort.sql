-- Share of each cohort of applications hired within fixed times, and in the end where few are open.
select
    /* use cohort_group */
    s.n,
    s.n_hired,
    s.n_open,
    s.n_reopened,
    s.observed_through_at,
    s.state_code,
    s.hire_rate,
    s.hire_rate_lower,
    s.hire_rate_upper,
    s.hired_30_days_rate,
    s.hired_30_days_lower,
    s.hired_30_days_upper,
    s.hired_60_days_rate,
    s.hired_60_days_lower,
    s.hired_60_days_upper,
    s.hired_90_days_rate,
    s.hired_90_days_lower,
    s.hired_90_days_upper
from mart_hire_rate as s
left join dim_org_unit as d on s.grouping_code = 'unit' and s.group_code = d.org_unit_key
where s.grouping_code = $grouping
order by s.month_on, d.org_unit_id nulls first, s.group_code
