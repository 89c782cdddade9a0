-- Halo: how alike a person scores different dimensions of the same interview; the mean of the
-- correlations of all pairs of dimensions that the person scored together often enough.
with score as (

    select * from {{ ref('int_interviewer_rating__deviate') }}

),

paired as (

    select
        one.scorer_key,
        corr(one.score_0_1, other.score_0_1) as r
    from score as one
    inner join score as other
        on one.scorer_key = other.scorer_key
        and one.interview_key = other.interview_key
        and one.dimension_code < other.dimension_code
    group by one.scorer_key, one.dimension_code, other.dimension_code
    having count(*) >= {{ var('validity').min_rater_n }}

)

select
    scorer_key,
    round(avg(r), 6) as halo_r
from paired
where isfinite(r)
group by scorer_key
