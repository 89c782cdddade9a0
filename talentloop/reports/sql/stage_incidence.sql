-- Share that has left $stage in each way by each day since entry; the ways out compete.
select
    c.grouping_code,
    c.month_on,
    d.org_unit_id as department_id,
    d.name as department_name,
    d.name_en as department_name_en,
    case when c.grouping_code = 'job_family' then c.group_code end as job_family_code,
    case when c.grouping_code = 'channel' then c.group_code end as source_channel_code,
    s.n,
    s.n_open,
    s.observed_through_at,
    s.state_code,
    c.cause_code,
    c.day,
    c.incidence_rate,
    c.incidence_lower,
    c.incidence_upper
from mart_incidence_curve as c
inner join mart_survival_summary as s
    on
        c.measure_code = s.measure_code
        and c.stage_code = s.stage_code
        and c.grouping_code = s.grouping_code
        and c.group_code is not distinct from s.group_code
        and c.month_on is not distinct from s.month_on
left join dim_org_unit as d on c.grouping_code = 'unit' and c.group_code = d.org_unit_key
where
    c.measure_code = 'time_in_stage'
    and c.stage_code = $stage
    and c.grouping_code = $grouping
    and c.day <= 60
order by c.month_on, d.org_unit_id nulls first, c.group_code, c.cause_code, c.day
