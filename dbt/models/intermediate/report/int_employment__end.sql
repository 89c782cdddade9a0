-- When the employment ended that a record belongs to. Who left before the first day never started. An
-- exit that a hire follows within days is a transfer, not an end: the employment ends with the last
-- such record.
with spell as (

    select
        employee_key,
        coalesce(person_key, employee_key) as worker_key,
        hired_on,
        count(*) filter (not is_transfer) over (
            partition by coalesce(person_key, employee_key) order by hired_on, employee_key
        ) as employment_number
    from {{ ref('fct_employment_spell') }}
    where not is_no_show

),

latest as (

    select
        worker_key,
        employment_number,
        arg_max(employee_key, (hired_on, employee_key)) as latest_employee_key
    from spell
    group by worker_key, employment_number

)

select
    spell.employee_key,
    spell.worker_key,
    spell.employment_number,
    last_record.terminated_on,
    last_record.termination_type_code
from spell
inner join latest using (worker_key, employment_number)
inner join {{ ref('dim_employee') }} as last_record
    on latest.latest_employee_key = last_record.employee_key
