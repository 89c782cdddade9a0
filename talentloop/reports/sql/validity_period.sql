-- Scores against the ratings that became final in the months chosen: Pearson's r by dimension with
-- Fisher's interval, from $minimum_n pairs on.
with

review as (
    select
        application_key,
        months_since_start as months,
        max(finalised_at) as finalised_at
    from fct_performance_review
    where review_type_code in ('month_3', 'month_6', 'month_12') and application_key is not null
    group by application_key, months_since_start
),

correlated as (
    select
        o.dimension_code,
        count(*) as n,
        round(corr(o.score_0_1, o.rating_z), 6) + 0 as r
    from fct_score_outcome as o
    inner join review as w on o.application_key = w.application_key and o.months = w.months
    where
        o.months = $after_months
        and o.rating_z is not null
        and o.job_family_code is not null
        and ($job_family = 'all' or o.job_family_code = $job_family)
        and timezone($zone, w.finalised_at)::date >= $month::date - to_months($window::integer - 1)
        and timezone($zone, w.finalised_at)::date < $month::date + interval 1 month
    group by o.dimension_code
)

select
    dimension_code,
    $job_family::varchar as job_family_code,
    $after_months::integer as months,
    n,
    case when is_shown then r end as pearson_r,
    case when is_shown then round(tanh(atanh(r) - 1.959963984540 / sqrt(n - 3)), 6) end as pearson_lower,
    case when is_shown then round(tanh(atanh(r) + 1.959963984540 / sqrt(n - 3)), 6) end as pearson_upper
from (select *, n >= $minimum_n and abs(r) < 1 as is_shown from correlated) as judged
order by pearson_r desc nulls last, dimension_code
