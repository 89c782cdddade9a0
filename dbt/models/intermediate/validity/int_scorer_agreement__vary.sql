-- Where the variance of scores comes from: sums of squares between interviews, within them, and, where
-- the same raters scored every interview, between raters.
with target as (

    select
        comparison_code,
        dimension_code,
        interview_key,
        count(*) as k,
        count(*) * var_pop(score_0_1) as ss
    from {{ ref('int_scorer_agreement__rate') }}
    group by comparison_code, dimension_code, interview_key

),

within_target as (

    select
        comparison_code,
        dimension_code,
        count(*) as n_targets,
        sum(k) as n_scores,
        sum(k * k) as sum_k2,
        sum(ss) as ss_within,
        sum(k / (k - 1) * ss) as ss_pairs
    from target
    group by comparison_code, dimension_code

),

rater as (

    select
        comparison_code,
        dimension_code,
        rater,
        avg(score_0_1) as mean_0_1
    from {{ ref('int_scorer_agreement__rate') }}
    group by comparison_code, dimension_code, rater

),

between_raters as (

    select
        comparison_code,
        dimension_code,
        count(*) as n_raters,
        var_pop(mean_0_1) as var_rater
    from rater
    group by comparison_code, dimension_code

),

total as (

    select
        comparison_code,
        dimension_code,
        count(*) * var_pop(score_0_1) as ss_total
    from {{ ref('int_scorer_agreement__rate') }}
    group by comparison_code, dimension_code

)

select
    comparison_code,
    dimension_code,
    n_targets,
    n_raters,
    n_scores,
    n_scores = n_targets * n_raters as is_crossed,
    {{ steady('(n_scores - sum_k2 / n_scores) / nullif(n_targets - 1, 0)') }} as scores_per_target,
    {{ steady('(ss_total - ss_within) / nullif(n_targets - 1, 0)') }} as ms_between,
    {{ steady('ss_within / (n_scores - n_targets)') }} as ms_within,
    {{ steady('n_targets * n_raters * var_rater / nullif(n_raters - 1, 0)') }} as ms_rater,
    {{ steady(
        '(ss_within - n_targets * n_raters * var_rater)'
        ' / nullif((n_targets - 1) * (n_raters - 1), 0)'
    ) }} as ms_error,
    {{ steady('1 - (ss_pairs / n_scores) / nullif(ss_total / (n_scores - 1), 0)') }} as alpha
from within_target
inner join between_raters using (comparison_code, dimension_code)
inner join total using (comparison_code, dimension_code)
