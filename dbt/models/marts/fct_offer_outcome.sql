-- An offer that was decided without ever being extended has an answer and no month of extension.
select
    decided.application_key,
    decided.top_org_unit_key,
    answer.month_on as extended_month_on,
    answer.n_versions,
    answer.answer_code,
    answer.is_expired_by_deadline,
    answer.is_reneged,
    answer.answer_days,
    answer.start_code,
    answer.time_to_start_days,
    decided.month_on as decided_month_on,
    decided.is_decided,
    decided.is_accepted,
    due.month_on as start_month_on,
    due.is_pending,
    due.is_started
from {{ ref('int_offer__decide') }} as decided
left join {{ ref('int_offer__answer') }} as answer using (application_key)
left join {{ ref('int_start__due') }} as due
    on decided.application_key = due.application_key
