-- Interviews of all applications of the person, newest first.
select
    i.round,
    i.interview_type_code,
    i.status_code,
    i.invited_at,
    coalesce(i.started_at, i.scheduled_start_at) as held_at,
    i.n_reschedules,
    i.scheduling_delay_days,
    i.overall_score_0_100
from fct_interview as i
where i.person_key = $person and i.is_chain_end
order by held_at desc nulls last, i.round desc
