-- Interviews that a source system has scheduled within the days after the data was observed.
select
    i.scheduled_start_at,
    i.interview_id,
    i.interview_type_code,
    i.round,
    a.application_id,
    i.person_key,
    r.title as requisition_title,
    i.n_reschedules
from fct_interview as i
cross join meta_build as m
left join fct_application as a on i.application_key = a.application_key
left join dim_requisition as r on a.requisition_key = r.requisition_key
where
    i.is_chain_end
    and i.status_code = 'scheduled'
    and i.scheduled_start_at > m.as_of
    and i.scheduled_start_at <= m.as_of + to_days($days::integer)
order by i.scheduled_start_at, i.interview_id
limit $limit
