-- Agreement of scores of the same interview: people with people, with the machine, the machine
-- with itself. Shown from 30 interviews on.
select
    comparison_code,
    dimension_code,
    n_targets,
    n_raters,
    case when is_shown then icc_1_1 end as icc_1_1,
    case when is_shown then icc_1_1_lower end as icc_1_1_lower,
    case when is_shown then icc_1_1_upper end as icc_1_1_upper,
    case when is_shown then icc_1_k end as icc_1_k,
    case when is_shown then icc_2_k end as icc_2_k,
    case when is_shown then weighted_kappa end as weighted_kappa,
    case when is_shown then krippendorff_alpha end as krippendorff_alpha,
    case when is_shown then 100 * mean_difference_0_1 end as mean_difference_0_100
from mart_scorer_agreement
where $dimension::varchar is null or dimension_code = $dimension
order by comparison_code, dimension_code
