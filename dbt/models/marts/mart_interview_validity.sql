with correlation as (

    select * from {{ ref('int_interview_validity__correlate') }}

)

select
    correlation.dimension_code,
    correlation.job_family_code,
    correlation.months,
    correlation.n,
    scope.n_hired,
    correlation.n / nullif(scope.n_hired, 0)::double as coverage_rate,
    correlation.pearson_r,
    {{ fisher_z('correlation.pearson_r', 'correlation.n', -1) }} as pearson_lower,
    {{ fisher_z('correlation.pearson_r', 'correlation.n', 1) }} as pearson_upper,
    correlation.spearman_r,
    scope.sd_applicants,
    correlation.sd_hired,
    {{ thorndike_case_ii('correlation.pearson_r', 'scope.sd_applicants', 'correlation.sd_hired') }}
        as corrected_r,
    correlation.n >= {{ var('min_validity_n') }} as is_shown
from correlation
inner join {{ ref('int_interview_validity__scope') }} as scope
    using (dimension_code, job_family_code, months)
