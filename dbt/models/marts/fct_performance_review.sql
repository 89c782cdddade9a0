with review as (

    select
        review.*,
        employee.person_key,
        employee.application_key,
        employee.job_family_code,
        employee.hired_on
    from {{ ref('int_performance_review__keep_newest') }} as review
    left join {{ ref('dim_employee') }} as employee using (employee_key)

)

select
    performance_review_key,
    employee_key,
    person_key,
    application_key,
    cycle_code,
    review_type_code,
    case review_type_code
        when 'month_3' then 3
        when 'month_6' then 6
        when 'month_12' then 12
        else round(date_diff('day', hired_on, finalised_at::date) / 30.4375)
    end::integer as months_since_start,
    finalised_at,
    rating_raw,
    scale_min,
    scale_max,
    rating_0_1,
    -- A rating compares only within its job family and review cycle.
    round(
        (rating_0_1 - avg(rating_0_1) over peers)
        / nullif(round(stddev_samp(rating_0_1) over peers, 12), 0),
        9
    ) as rating_z
from review
window peers as (partition by job_family_code, cycle_code, review_type_code)
