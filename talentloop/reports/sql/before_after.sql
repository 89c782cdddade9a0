-- Two rows: the $days days before $change_on, and as many after it. The windows have one length,
-- cut to what has passed; both cohorts are followed equally long after their window ends, so that
-- the older one has no advantage. Without a date, the latest one with a whole window after it.
with

/* use before_after_window */,

spell as (
    select
        p.side_code,
        a.requisition_key,
        not a.is_open and a.resolved_at::timestamptz <= p.seen_at as has_ended,
        date_diff(
            'second',
            a.applied_at::timestamptz,
            least(coalesce(a.resolved_at::timestamptz, p.seen_at), p.seen_at)
        ) / 86400 as days
    from period as p
    inner join application as a on a.applied_on between p.from_on and p.to_on
),

waited as (
    select
        side_code as group_code,
        requisition_key,
        days as duration_days,
        case when has_ended then 'ended' end as cause_code,
        1 as n
    from spell
    where days > 0
),

/* use kaplan_meier_by_requisition */,

decision as (
    select
        waited.group_code as side_code,
        any_value(waited.n_applications) as n_applications,
        any_value(waited.n_open) as n_open,
        min(curve.duration_days) filter (where curve.survival_rate <= 0.5) as median_days,
        min(curve.duration_days) filter (
            where coalesce(curve.survival_lower, curve.survival_rate) <= 0.5
        ) as lower_days,
        min(curve.duration_days) filter (
            where coalesce(curve.survival_upper, curve.survival_rate) <= 0.5
        ) as upper_days
    from (
        select
            group_code,
            count(*) as n_applications,
            count(*) filter (where cause_code is null) as n_open
        from waited
        group by group_code
    ) as waited
    inner join curve using (group_code)
    group by waited.group_code
),

hire as (
    select
        p.side_code,
        count(*) as n_hires,
        quantile_cont(a.time_to_hire_days, 0.25) as p25_days,
        median(a.time_to_hire_days) as median_days,
        quantile_cont(a.time_to_hire_days, 0.75) as p75_days
    from period as p
    inner join application as a on a.accepted_on between p.from_on and p.to_on
    where a.is_hired and a.time_to_hire_days is not null
    group by p.side_code
),

move as (
    select
        p.side_code,
        count(distinct e.application_key) as n_moved,
        count(*) as n_moves,
        count(*) filter (where e.actor_type_code = 'automation') as n_automated,
        count(*) filter (where e.actor_type_code = 'person') as n_manual
    from period as p
    inner join fct_stage_event as e
        on timezone($zone, e.occurred_at::timestamptz)::date between p.from_on and p.to_on
    inner join application as a on e.application_key = a.application_key
    where not e.is_accidental and e.actor_type_code is not null
    group by p.side_code
),

opening as (
    select
        p.side_code,
        count(*) as n_openings,
        count(*) filter (where o.is_filled_on_time) as n_on_time
    from period as p
    inner join dim_opening as o on o.target_fill_on between p.from_on and p.to_on
    inner join dim_requisition as r on o.requisition_key = r.requisition_key
    left join dim_org_unit as d on r.top_org_unit_key = d.org_unit_key
    where
        not r.is_test
        and not r.is_evergreen
        and not o.is_cancelled
        and ($department::varchar is null or d.org_unit_id = $department)
        and ($job_family::varchar is null or r.job_family_code = $job_family)
    group by p.side_code
)

select
    p.side_code,
    p.from_on,
    p.to_on,
    p.to_on - p.from_on + 1 as n_days,
    coalesce(d.n_applications, 0) as n_applications,
    coalesce(d.n_open, 0) as n_open,
    d.median_days as decision_days,
    d.lower_days as decision_lower_days,
    d.upper_days as decision_upper_days,
    coalesce(h.n_hires, 0) as n_hires,
    h.p25_days as hire_p25_days,
    h.median_days as hire_median_days,
    h.p75_days as hire_p75_days,
    coalesce(m.n_moved, 0) as n_moved,
    m.n_manual / m.n_moved as touches,
    greatest(m.n_manual - 1.96 * sqrt(m.n_manual), 0) / m.n_moved as touches_lower,
    (m.n_manual + 1.96 * sqrt(m.n_manual)) / m.n_moved as touches_upper,
    coalesce(m.n_automated, 0) as n_automated,
    coalesce(m.n_moves, 0) as n_moves,
    m.n_automated / m.n_moves as automation_share,
    coalesce(o.n_on_time, 0) as n_on_time,
    coalesce(o.n_openings, 0) as n_openings,
    o.n_on_time / o.n_openings as on_time_share
from period as p
left join decision as d on p.side_code = d.side_code
left join hire as h on p.side_code = h.side_code
left join move as m on p.side_code = m.side_code
left join opening as o on p.side_code = o.side_code
order by p.from_on
