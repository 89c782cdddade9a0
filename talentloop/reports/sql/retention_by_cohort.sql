-- Share of starters still employed at $horizon, by group of cohorts, and exits by kind.
select
    s.horizon_code,
    /* use cohort_group */
    s.n,
    s.n_open,
    s.observed_through_at,
    s.state_code,
    s.retention_rate,
    s.retention_lower,
    s.retention_upper,
    s.voluntary_rate,
    s.employer_rate,
    s.failed_probation_rate,
    s.unknown_rate
from mart_retention as s
left join dim_org_unit as d on s.grouping_code = 'unit' and s.group_code = d.org_unit_key
where s.horizon_code = $horizon and s.grouping_code = $grouping
order by s.month_on, d.org_unit_id nulls first, s.group_code
