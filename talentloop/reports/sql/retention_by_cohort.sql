-- Share of starters still employed at $horizon, by group of cohorts, and exits by kind.
select
    s.horizon_code,
    s.grouping_code,
    s.month_on,
    d.org_unit_id as department_id,
    d.name as department_name,
    d.name_en as department_name_en,
    case when s.grouping_code = 'job_family' then s.group_code end as job_family_code,
    case when s.grouping_code = 'channel' then s.group_code end as source_channel_code,
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
