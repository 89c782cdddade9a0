with requisition as (

    select * from {{ ref('int_requisition__keep_newest') }}

),

held as (

    select
        requisition_key,
        sum({{ days_between('paused_at', 'least(resumed_at, ' ~ as_of() ~ ')') }}) as held_days
    from {{ ref('int_requisition__pause') }}
    group by requisition_key

)

select
    requisition.requisition_key,
    requisition.source,
    requisition.requisition_id,
    requisition.title,
    requisition.job_code,
    requisition.job_family_code,
    requisition.org_unit_key,
    described.top_org_unit_key,
    requisition.recruiter_key,
    requisition.hiring_manager_key,
    requisition.status_code,
    requisition.headcount::integer as headcount,
    requisition.opened_at,
    requisition.closed_at,
    requisition.target_fill_on,
    described.time_zone,
    requisition.is_evergreen,
    requisition.is_test,
    coalesce(held.held_days, 0) as held_days
from requisition
inner join {{ ref('int_requisition__describe') }} as described using (requisition_key)
left join held using (requisition_key)
