-- The pairs behind a correlation: a score before hiring, and the rating so many months after the start.
with

review as (
    select application_key, months_since_start as months, max(finalised_at) as finalised_at
    from fct_performance_review
    where review_type_code in ('month_3', 'month_6', 'month_12') and application_key is not null
    group by application_key, months_since_start
),

listed as (
    select
        a.application_id,
        o.dimension_code,
        o.job_family_code,
        o.months,
        w.finalised_at,
        100 * o.score_0_1 as score_0_100,
        o.rating_z,
        o.application_key
    from fct_score_outcome as o
    inner join fct_application as a using (application_key)
    left join review as w on o.application_key = w.application_key and o.months = w.months
    where
        o.months = $after_months
        and o.rating_z is not null
        and o.job_family_code is not null
        and ($dimension::varchar is null or o.dimension_code = $dimension)
        and ($job_family = 'all' or o.job_family_code = $job_family)
        and (
            $month::date is null
            or (
                timezone($zone, w.finalised_at)::date >= $month::date - to_months($window::integer - 1)
                and timezone($zone, w.finalised_at)::date < $month::date + interval 1 month
            )
        )
)

select * exclude (application_key), count(*) over () as n_total
from listed
order by finalised_at desc, application_key, dimension_code
limit $limit offset $offset
