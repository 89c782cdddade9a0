-- Of those who scored so high, how many were rated so well; beside those who did not.
select
    dimension_code,
    job_family_code,
    months,
    n,
    n_high,
    case when is_shown then n_high_excellent end as n_high_excellent,
    case when is_shown then high_rate end as high_rate,
    case when is_shown then high_lower end as high_lower,
    case when is_shown then high_upper end as high_upper,
    n_low,
    case when is_shown then n_low_excellent end as n_low_excellent,
    case when is_shown then low_rate end as low_rate,
    case when is_shown then low_lower end as low_lower,
    case when is_shown then low_upper end as low_upper,
    case when is_shown then difference end as difference,
    case when is_shown then difference_lower end as difference_lower,
    case when is_shown then difference_upper end as difference_upper,
    case when is_shown then odds_ratio end as odds_ratio,
    case when is_shown then p_value end as p_value,
    holm_p_value,
    bh_p_value,
    n_tests,
    is_shown
from mart_score_threshold
where
    threshold_code = $threshold
    and months = $after_months
    and job_family_code = $job_family
order by mart_score_threshold.p_value, dimension_code
