-- What time to fill counts, and what filling on time counts: an opening may be in one and not in the
-- other. A wait that is no time (filled before it opened) is not told.
select
    wait.opening_key,
    wait.requisition_key,
    requisition.top_org_unit_key,
    requisition.job_family_code,
    {{ month_of(local_date('wait.opened_at', 'requisition.time_zone')) }} as month_on,
    {{ month_of(local_date('wait.opened_at', 'requisition.time_zone')) }} > {{ cohort_window_start() }}
        as is_recent_cohort,
    wait.opened_at,
    wait.ended_at,
    wait.status_code,
    case when wait.waited_days >= 0 then wait.waited_days end as waited_days,
    due.month_on as due_month_on,
    due.is_on_time
from {{ ref('int_opening__wait') }} as wait
inner join {{ ref('dim_requisition') }} as requisition using (requisition_key)
left join {{ ref('int_opening__due') }} as due
    on wait.opening_key = due.opening_key
where not requisition.is_test
