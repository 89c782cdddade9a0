-- Correlation of interview scores with later performance, by dimension; shown from 30 pairs on.
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
    case when is_shown then corrected_r end as corrected_r,
    is_shown
from mart_interview_validity
where
    months = $after_months
    and job_family_code = $job_family
order by pearson_r desc nulls last, dimension_code
