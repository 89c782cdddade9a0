with single as (

    select
        *,
        (ms_between - ms_within)
        / nullif(ms_between + (scores_per_target - 1) * ms_within, 0) as icc_1_1
    from {{ ref('int_scorer_agreement__vary') }}

),

bounded as (

    select
        *,
        {{ intraclass_interval('icc_1_1', 'scores_per_target', 'n_targets', -1) }} as lower_1,
        {{ intraclass_interval('icc_1_1', 'scores_per_target', 'n_targets', 1) }} as upper_1
    from single

)

select
    comparison_code,
    dimension_code,
    n_targets,
    n_raters,
    n_scores::bigint as n_scores,
    round(scores_per_target, 6) as scores_per_target,
    round(icc_1_1, 6) as icc_1_1,
    round(lower_1, 6) as icc_1_1_lower,
    round(upper_1, 6) as icc_1_1_upper,
    round({{ mean_reliability('icc_1_1', 'scores_per_target') }}, 6) as icc_1_k,
    round({{ mean_reliability('lower_1', 'scores_per_target') }}, 6) as icc_1_k_lower,
    round({{ mean_reliability('upper_1', 'scores_per_target') }}, 6) as icc_1_k_upper,
    case when is_crossed then round((ms_between - ms_error) / nullif(
        ms_between + (n_raters - 1) * ms_error + n_raters * (ms_rater - ms_error) / n_targets, 0
    ), 6) end as icc_2_1,
    case when is_crossed then round((ms_between - ms_error) / nullif(
        ms_between + (ms_rater - ms_error) / n_targets, 0
    ), 6) end as icc_2_k,
    pair.weighted_kappa,
    round(alpha, 6) as krippendorff_alpha,
    pair.mean_difference_0_1,
    n_targets >= {{ var('validity').min_n }} as is_shown
from bounded
inner join {{ ref('int_scorer_agreement__pair') }} as pair using (comparison_code, dimension_code)
