-- Correlation of interview scores with later performance, by dimension; shown from 30 pairs on.
-- Corrections stand beside the raw figures, never instead.
select
    dimension_code,
    job_family_code,
    months,
    n,
    n_hired,
    coverage_rate,
    case when is_shown then pearson_r end as pearson_r,
    case when is_shown then pearson_lower end as pearson_lower,
    case when is_shown then pearson_upper end as pearson_upper,
    case when is_shown then spearman_r end as spearman_r,
    case when is_shown then spearman_lower end as spearman_lower,
    case when is_shown then spearman_upper end as spearman_upper,
    case when is_shown then restriction_u end as restriction_u,
    case when is_shown then corrected_r end as corrected_r,
    case when is_shown then corrected_lower end as corrected_lower,
    case when is_shown then corrected_upper end as corrected_upper,
    case when is_shown then criterion_corrected_r end as criterion_corrected_r,
    case when is_shown then delta_r2 end as delta_r2,
    is_shown,
    may_change_weights
from mart_interview_validity
where
    months = $after_months
    and job_family_code = $job_family
order by pearson_r desc nulls last, dimension_code
