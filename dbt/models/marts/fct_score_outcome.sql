-- An interview score and a later rating of the same person in the same employment, one row per
-- dimension and lag. Ratings count relative to their family and cycle (`rating_z`), so that families
-- may be taken together.
with review as (

    select
        application_key,
        months_since_start as months,
        arg_max(rating_0_1, (finalised_at, performance_review_key)) as rating_0_1,
        arg_max(rating_z, (finalised_at, performance_review_key)) as rating_z
    from {{ ref('fct_performance_review') }}
    where review_type_code in ('month_3', 'month_6', 'month_12') and application_key is not null
    group by application_key, months_since_start

)

select
    review.application_key,
    dimension.dimension_code,
    application.job_family_code,
    review.months::integer as months,
    dimension.score_0_1,
    application.overall_score_0_100,
    review.rating_0_1,
    review.rating_z
from review
inner join {{ ref('fct_application_dimension') }} as dimension using (application_key)
inner join {{ ref('fct_application') }} as application using (application_key)
where not application.is_excluded
