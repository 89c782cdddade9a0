-- Per threshold, dimension, family ('all' too) and lag: who scored so high, and who was rated so well.
with threshold as (

    select
        threshold_code,
        min_score_0_100,
        min_rating_0_1,
        unnest(months) as months
    from {{ source('ops', 'score_threshold') }}

),

judged as (

    select
        threshold.threshold_code,
        outcome.dimension_code,
        unnest([outcome.job_family_code, 'all']) as job_family_code,
        outcome.months,
        round(100 * outcome.score_0_1, 6) >= threshold.min_score_0_100 as is_high,
        outcome.rating_0_1 >= threshold.min_rating_0_1 as is_excellent
    from {{ ref('fct_score_outcome') }} as outcome
    inner join threshold using (months)
    where outcome.rating_0_1 is not null and outcome.job_family_code is not null

)

select
    threshold_code,
    dimension_code,
    job_family_code,
    months,
    count(*) as n,
    count(*) filter (is_high) as n_high,
    count(*) filter (is_high and is_excellent) as n_high_excellent,
    count(*) filter (not is_high) as n_low,
    count(*) filter (not is_high and is_excellent) as n_low_excellent
from judged
group by threshold_code, dimension_code, job_family_code, months
