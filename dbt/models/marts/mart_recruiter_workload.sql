-- What nobody owns is a row of its own.
select
    week_on,
    recruiter_key,
    count(*) filter (is_open) as n_requisitions_open,
    round(coalesce(sum(difficulty_weight) filter (is_open), 0), 6) as weighted_load,
    sum(n_active)::bigint as n_applications_active,
    sum(n_applied)::bigint as n_applied,
    sum(n_resolved)::bigint as n_resolved,
    round(sum(resolved_days), 6) as resolved_days,
    sum(n_interviews)::bigint as n_interviews
from {{ ref('int_requisition__week') }}
group by week_on, recruiter_key
having count(*) filter (is_open) > 0 or sum(n_active + n_applied + n_resolved + n_interviews) > 0
