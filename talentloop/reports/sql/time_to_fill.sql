-- Days that openings wait to be filled, by group of cohorts; those still open are counted as waiting.
select
    /* use cohort_group */
    s.n,
    s.n_open,
    s.observed_through_at,
    s.state_code,
    s.p25_days,
    s.median_days,
    s.median_days_lower,
    s.median_days_upper,
    s.p75_days,
    s.p90_days,
    s.completed_median_days
from mart_survival_summary as s
left join dim_org_unit as d on s.grouping_code = 'unit' and s.group_code = d.org_unit_key
where s.measure_code = 'time_to_fill' and s.grouping_code = $grouping
order by s.month_on, d.org_unit_id nulls first, s.group_code
