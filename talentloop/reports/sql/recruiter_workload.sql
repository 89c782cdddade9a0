-- The last whole week of each recruiter, and Little's law over all 26: mean work in progress over
-- throughput times cycle time. What nobody owns is a row without a recruiter.
with

period as (
    select
        recruiter_key,
        sum(n_applications_active) / (select count(distinct week_on) from mart_recruiter_workload)
            as mean_active,
        sum(n_resolved) as n_resolved,
        sum(resolved_days) / nullif(sum(n_resolved), 0) as cycle_days,
        sum(resolved_days) / (7 * (select count(distinct week_on) from mart_recruiter_workload))
            as expected_active
    from mart_recruiter_workload
    group by recruiter_key
),

latest as (
    select * from mart_recruiter_workload
    where week_on = (select max(week_on) from mart_recruiter_workload)
)

select
    e.employee_id as recruiter_id,
    t.week_on,
    t.n_requisitions_open,
    t.weighted_load,
    t.n_applications_active,
    t.n_interviews,
    t.n_applied,
    t.n_resolved,
    p.mean_active,
    p.n_resolved as n_resolved_26_weeks,
    p.cycle_days,
    case when p.n_resolved >= 10 then p.mean_active / nullif(p.expected_active, 0) end as littles_law_ratio
from latest as t
inner join period as p on t.recruiter_key is not distinct from p.recruiter_key
left join dim_employee as e on t.recruiter_key = e.employee_key
order by t.recruiter_key is null desc, t.weighted_load desc, e.employee_id
