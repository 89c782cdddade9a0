select
    interview_key,
    interviewer_key,
    week_on,
    interview_hours,
    feedback_days,
    is_submitted,
    is_due,
    is_overdue
from {{ ref('int_interview__attend') }}
