with employee as (

    select
        employee.*,
        person.person_key
    from {{ ref('int_employee__keep_newest') }} as employee
    left join {{ ref('int_person__resolve') }} as person using (employee_key)

),

application as (

    select
        application_key,
        job_family_code,
        source_channel_code
    from {{ ref('int_application__situate') }}
    where application_key in (select application_key from employee)

)

select
    employee.employee_key,
    employee.person_key,
    employee.application_key,
    employee.source,
    employee.employee_id,
    employee.org_unit_key,
    nested.top_org_unit_key,
    coalesce(employee.job_family_code, application.job_family_code) as job_family_code,
    application.source_channel_code,
    employee.hired_on,
    employee.probation_end_on,
    employee.terminated_on,
    employee.status_code,
    employee.termination_type_code,
    employee.is_rehire
    or row_number() over (
        partition by employee.person_key
        order by employee.hired_on nulls last, employee.employee_key
    ) > 1 as is_rehire
from employee
left join application using (application_key)
left join {{ ref('int_org_unit__nest') }} as nested
    on employee.org_unit_key = nested.org_unit_key
