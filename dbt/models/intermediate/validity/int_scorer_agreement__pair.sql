-- Two raters of each interview, on equal steps: weighted kappa from the moments of the pair,
-- κ = 1 − E(a − b)² / (Var a + Var b + (E a − E b)²), population variances.
with numbered as (

    select
        *,
        least(floor(round(score_0_1 * {{ var('validity').agreement_levels }}, 9)),
            {{ var('validity').agreement_levels }} - 1) as level,
        row_number() over (
            partition by comparison_code, interview_key, dimension_code order by rater
        ) as place
    from {{ ref('int_scorer_agreement__rate') }}

),

pair as (

    select
        comparison_code,
        dimension_code,
        interview_key,
        max(level) filter (place = 1) as level_1,
        max(level) filter (place = 2) as level_2,
        max(score_0_1) filter (place = 2) - max(score_0_1) filter (place = 1) as difference_0_1
    from numbered
    group by comparison_code, dimension_code, interview_key

)

select
    comparison_code,
    dimension_code,
    round({{ steady('avg(difference_0_1)') }}, 6) as mean_difference_0_1,
    round({{ steady(
        '1 - avg(power(level_1 - level_2, 2)) / nullif('
        'var_pop(level_1) + var_pop(level_2) + power(avg(level_1) - avg(level_2), 2), 0)'
    ) }}, 6) as weighted_kappa
from pair
group by comparison_code, dimension_code
