-- Applications, hires and what became of them, by channel as first and as last recorded. An
-- application without a channel is a row too.
with attributed as (

    select
        application_key,
        unnest(['first', 'last']) as attribution_code,
        coalesce(unnest([first_channel_code, last_channel_code]), 'none') as source_channel_code
    from {{ ref('int_application__attribute') }}

),

rating as (

    select
        review.application_key,
        arg_max(review.rating_z, (review.finalised_at, review.performance_review_key)) as rating_z
    from {{ ref('fct_performance_review') }} as review
    where review.rating_z is not null and review.review_type_code <> 'annual'
    group by review.application_key

),

follow as (

    select
        application_key,
        count(*) as n_started,
        count(*) filter (observed_on - hired_on >= 90) as n_observed_90d,
        count(*) filter (observed_on - hired_on >= 90 and not (has_left and followed_days <= 90))
            as n_kept_90d
    from {{ ref('int_employment__follow') }}
    group by application_key

),

spread as (

    select
        attribution_code,
        source_channel_code,
        {{ cluster_squares('k', 'n', 'hired') }}
    from (
        select
            attributed.attribution_code,
            attributed.source_channel_code,
            application.requisition_key,
            count(*) filter (application.is_hired) as k,
            count(*) filter (not application.is_open) as n
        from {{ ref('fct_application') }} as application
        inner join attributed using (application_key)
        where not application.is_excluded
        group by attributed.attribution_code, attributed.source_channel_code, application.requisition_key
    ) as requisition
    group by attribution_code, source_channel_code

),

counted as (

    select
        attributed.attribution_code,
        attributed.source_channel_code,
        count(*) as n_applications,
        count(*) filter (not application.is_open) as n_resolved,
        count(*) filter (application.is_open) as n_open,
        count(*) filter (application.is_hired) as n_hires,
        coalesce(sum(follow.n_started), 0)::bigint as n_started,
        coalesce(sum(follow.n_observed_90d), 0)::bigint as n_observed_90d,
        coalesce(sum(follow.n_kept_90d), 0)::bigint as n_kept_90d,
        count(rating.rating_z) filter (follow.n_started > 0) as n_rated,
        round(avg(rating.rating_z) filter (follow.n_started > 0), 6) + 0 as mean_rating_z
    from {{ ref('fct_application') }} as application
    inner join attributed using (application_key)
    left join follow using (application_key)
    left join rating using (application_key)
    where not application.is_excluded
    group by attributed.attribution_code, attributed.source_channel_code

)

select
    counted.*,
    spread.hired_kk,
    spread.hired_kn,
    spread.hired_nn,
    spread.hired_clusters
from counted
inner join spread using (attribution_code, source_channel_code)
