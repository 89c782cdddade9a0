with correlation as (

    select
        correlation.*,
        scope.n_hired,
        scope.sd_applicants,
        {{ fisher_z('correlation.pearson_r', 'correlation.n', -1) }} as pearson_lower,
        {{ fisher_z('correlation.pearson_r', 'correlation.n', 1) }} as pearson_upper
    from {{ ref('int_interview_validity__correlate') }} as correlation
    inner join {{ ref('int_interview_validity__scope') }} as scope
        using (dimension_code, job_family_code, months)

)

select
    dimension_code,
    job_family_code,
    months,
    n,
    n_hired,
    n / nullif(n_hired, 0)::double as coverage_rate,
    pearson_r,
    pearson_lower,
    pearson_upper,
    spearman_r,
    {{ spearman_interval('spearman_r', 'n', -1) }} as spearman_lower,
    {{ spearman_interval('spearman_r', 'n', 1) }} as spearman_upper,
    sd_applicants,
    sd_hired,
    round(sd_applicants / nullif(sd_hired, 0), 6) as restriction_u,
    {{ thorndike_case_ii('pearson_r', 'sd_applicants', 'sd_hired') }} as corrected_r,
    {{ thorndike_case_ii('pearson_lower', 'sd_applicants', 'sd_hired') }} as corrected_lower,
    {{ thorndike_case_ii('pearson_upper', 'sd_applicants', 'sd_hired') }} as corrected_upper,
    {% if var('validity').criterion_reliability %}
    round(pearson_r / sqrt({{ var('validity').criterion_reliability }}), 6)
    {% else %}
    null::double
    {% endif %} as criterion_corrected_r,
    overall_r,
    delta_r2,
    n >= {{ var('validity').min_n }} as is_shown,
    n >= {{ var('validity').min_n_weights }} as may_change_weights
from correlation
