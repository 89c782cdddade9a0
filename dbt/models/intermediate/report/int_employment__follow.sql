-- Everybody who started work through an application that counts, followed up to the end of
-- employment or of observation.
with employee as (

    select
        employee.* exclude (terminated_on, termination_type_code),
        ended.terminated_on,
        ended.termination_type_code,
        situated.requisition_key,
        situated.time_zone
    from {{ ref('dim_employee') }} as employee
    inner join {{ ref('int_employment__end') }} as ended using (employee_key)
    inner join {{ ref('int_application__situate') }} as situated using (application_key)
    where situated.exclusion_reason_code is null
    -- The application led to the first record of the employment that names it.
    qualify row_number() over (
        partition by ended.worker_key, ended.employment_number, employee.application_key
        order by employee.hired_on, employee.employee_key
    ) = 1

),

observed as (

    select
        *,
        {{ local_date(as_of(), 'time_zone') }} as observed_on
    from employee

)

select
    employee_key,
    application_key,
    requisition_key,
    person_key,
    top_org_unit_key,
    job_family_code,
    source_channel_code,
    {{ month_of('hired_on') }} as month_on,
    hired_on,
    probation_end_on,
    observed_on,
    least(coalesce(terminated_on, observed_on), observed_on) - hired_on as followed_days,
    coalesce(terminated_on <= observed_on, false) as has_left,
    termination_type_code
from observed
where hired_on <= observed_on and status_code <> 'not_started'
