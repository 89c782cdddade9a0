-- Employments in a person's order. A hire that follows the end of another within days is a transfer
-- that the source codes as an exit and a hire; who left before the first day never came.
with employment as (

    select
        *,
        {{ local_date(as_of(), "'" ~ var('default_time_zone') ~ "'") }} as observed_on
    from {{ ref('dim_employee') }}
    where hired_on is not null

),

judged as (

    select
        *,
        coalesce(terminated_on < hired_on, false) as is_no_show
    from employment

),

followed as (

    select
        *,
        row_number() over in_order as sequence,
        lag(terminated_on) over of_those_who_came as previous_on,
        lead(hired_on) over of_those_who_came as next_on
    from judged
    window
        in_order as (
            partition by coalesce(person_key, employee_key) order by hired_on, employee_key
        ),
        of_those_who_came as (
            partition by coalesce(person_key, employee_key), is_no_show
            order by hired_on, employee_key
        )

)

select
    employee_key,
    person_key,
    application_key,
    sequence::integer as sequence,
    hired_on,
    terminated_on,
    case
        when is_no_show then 'no_show'
        when next_on - terminated_on between 0 and {{ var('transfer_gap_days') }} then 'transfer'
        when terminated_on <= observed_on then coalesce(termination_type_code, 'unknown')
    end as end_type_code,
    case when not is_no_show and terminated_on <= observed_on then terminated_on - hired_on end
        as employed_days,
    not is_no_show
    and hired_on <= observed_on
    and coalesce(terminated_on > observed_on, true) as is_open,
    hired_on > observed_on and not is_no_show as is_pending,
    is_no_show,
    is_rehire,
    coalesce(
        not is_no_show and hired_on - previous_on between 0 and {{ var('transfer_gap_days') }}, false
    ) as is_transfer
from followed
