-- A person's newest employment and the reviews of it.
with employment as (

    select
        *,
        count(*) filter (status_code <> 'terminated') over (partition by person_key) > 0 as is_employed
    from {{ ref('dim_employee') }}
    where person_key is not null
    qualify row_number() over (
        partition by person_key
        order by hired_on desc nulls last, employee_key
    ) = 1

),

review as (

    select
        employee_key,
        {% for month in [3, 6, 12] %}
        arg_max(rating_0_1, (finalised_at, performance_review_key)) filter (months_since_start = {{ month }})
            as performance_month_{{ month }}_0_1{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('fct_performance_review') }}
    where review_type_code <> 'annual'
    group by employee_key

)

select
    employment.person_key,
    employment.is_employed,
    employment.hired_on,
    employment.terminated_on,
    review.* exclude (employee_key)
from employment
left join review using (employee_key)
