-- Whether those who scored so high were later rated so well more often than the others, among the
-- hired. Both corrections for many tests stand beside the exact test.
select
    threshold_code,
    dimension_code,
    n,
    n_high,
    case when is_shown then n_high_excellent end as n_high_excellent,
    case when is_shown then high_rate end as high_rate,
    case when is_shown then high_lower end as high_lower,
    case when is_shown then high_upper end as high_upper,
    n_low,
    case when is_shown then low_rate end as low_rate,
    case when is_shown then difference end as difference,
    case when is_shown then difference_lower end as difference_lower,
    case when is_shown then difference_upper end as difference_upper,
    case when is_shown then p_value end as p_value,
    n_tests,
    case when is_shown then holm_p_value end as holm_p_value,
    case when is_shown then bh_p_value end as bh_p_value
from mart_score_threshold
where
    months = $after_months
    and job_family_code = $job_family
order by p_value nulls last, threshold_code, dimension_code
