with requisition as (

    select
        source_channel_code,
        requisition_key,
        count(*) as n_applications,
        count(*) filter (not is_open) as n_resolved,
        count(*) filter (is_open) as n_open,
        count(*) filter (is_hired) as n_hires
    from {{ ref('fct_application') }}
    where not is_excluded and source_channel_code is not null
    group by source_channel_code, requisition_key

),

application as (

    select
        source_channel_code,
        sum(n_applications)::bigint as n_applications,
        sum(n_resolved)::bigint as n_resolved,
        sum(n_open)::bigint as n_open,
        sum(n_hires)::bigint as n_hires,
        {{ cluster_squares('n_hires', 'n_resolved', 'hired') }}
    from requisition
    group by source_channel_code

),

retention as (

    select * from {{ ref('int_retention__estimate') }}
    where grouping_code = 'channel'

),

rating as (

    -- One rating a person: the latest of the regular reviews.
    select
        source_channel_code,
        count(*) as n_rated,
        round(avg(rating_z), 6) as mean_rating_z
    from (
        select
            employment.source_channel_code,
            review.employee_key,
            arg_max(review.rating_z, (review.finalised_at, review.performance_review_key)) as rating_z
        from {{ ref('fct_performance_review') }} as review
        inner join {{ ref('int_employment__follow') }} as employment using (employee_key)
        where review.rating_z is not null and review.review_type_code <> 'annual'
        group by employment.source_channel_code, review.employee_key
    ) as latest
    group by source_channel_code

)

select
    application.source_channel_code,
    application.n_applications,
    application.n_resolved,
    application.n_open,
    application.n_hires,
    -- Open applications are neither hires nor failures.
    application.n_hires / nullif(application.n_resolved, 0)::double as hire_rate,
    {{ clustered_wilson('application.n_hires', 'application.n_resolved', 'application.hired', -1) }}
        as hire_rate_lower,
    {{ clustered_wilson('application.n_hires', 'application.n_resolved', 'application.hired', 1) }}
        as hire_rate_upper,
    coalesce(retention.n_starters, 0) as n_started,
    coalesce(retention.n_observed_90d, 0) as n_observed_90d,
    retention.retention_90d_rate,
    retention.retention_90d_lower,
    retention.retention_90d_upper,
    coalesce(rating.n_rated, 0) as n_rated,
    rating.mean_rating_z
from application
left join retention on application.source_channel_code = retention.group_code
left join rating using (source_channel_code)
