select
    employee_key,
    application_key,
    requisition_key,
    person_key,
    top_org_unit_key,
    job_family_code,
    source_channel_code,
    month_on,
    month_on > {{ cohort_window_start() }} as is_recent_cohort,
    hired_on,
    probation_end_on,
    observed_on,
    followed_days,
    has_left,
    termination_type_code
from {{ ref('int_employment__follow') }}
