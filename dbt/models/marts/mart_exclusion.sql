select
    exclusion_reason_code,
    cohort_month_on,
    top_org_unit_key,
    count(*) as n_applications
from {{ ref('fct_application') }}
where is_excluded
group by exclusion_reason_code, cohort_month_on, top_org_unit_key
