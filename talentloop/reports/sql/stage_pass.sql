-- Share of those resolved at each stage that went on, by group of cohorts.
select
    /* use cohort_group */
    s.stage_code,
    s.n_entered,
    s.n_advanced,
    s.n_rejected,
    s.n_withdrawn,
    s.n_job_closed,
    s.n_open,
    s.n_resolved,
    s.n_reopened,
    s.observed_through_at,
    s.state_code,
    s.pass_rate,
    s.pass_rate_lower,
    s.pass_rate_upper,
    s.judged_pass_rate
from mart_stage_pass as s
left join dim_org_unit as d on s.grouping_code = 'unit' and s.group_code = d.org_unit_key
where s.grouping_code = $grouping
order by s.month_on, d.org_unit_id nulls first, s.group_code, s.stage_rank
