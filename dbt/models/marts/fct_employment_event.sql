with event as (

    select * from {{ ref('int_employment_event__keep_newest') }}

)

select
    event.employment_event_key,
    event.employee_key,
    employee.person_key,
    event.event_type_code,
    event.effective_on,
    event.recorded_at,
    event.reason_code
from event
left join {{ ref('dim_employee') }} as employee using (employee_key)
