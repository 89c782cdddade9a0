-- Label: the six-month review rates 0.75 of its scale or better. Without a final review there is
-- no label; a person who has worked less than six months is not a failure.
with review as (

    select
        employee_key,
        arg_max(rating_0_1, (finalised_at, performance_review_key)) as rating_0_1,
        max(finalised_at) as finalised_at
    from {{ ref('fct_performance_review') }}
    where review_type_code = 'month_6'
    group by employee_key

),

labelled as (

    select
        feature.*,
        review.rating_0_1,
        review.finalised_at as label_available_at,
        coalesce(review.finalised_at <= {{ as_of() }}, false) as is_mature,
        {{ local_date(as_of(), 'feature.time_zone') }} as observed_on
    from {{ ref('int_feature__assemble') }} as feature
    left join review using (employee_key)

)

select
    {{ feature_columns() }},
    case when is_mature then rating_0_1 >= 0.75 end as label,
    label_available_at,
    is_mature,
    is_mature as is_trainable,
    (is_open and n_dimensions_scored >= {{ var('min_dimensions') }})
    or coalesce(
        not is_mature
        and hired_on + interval 6 month > observed_on
        and coalesce(terminated_on > observed_on, true),
        false
    ) as is_scorable
from labelled
