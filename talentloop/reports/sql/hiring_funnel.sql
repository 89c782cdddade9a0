-- The funnel mart as it stands: cohort month, department, family, channel and stage.
select
    f.cohort_month_on,
    d.org_unit_id as department_id,
    d.name as department_name,
    d.name_en as department_name_en,
    f.job_family_code,
    f.source_channel_code,
    f.stage_code,
    f.n_entered,
    f.n_advanced,
    f.n_rejected,
    f.n_withdrawn,
    f.n_open,
    f.median_days
from mart_hiring_funnel as f
left join dim_org_unit as d on f.top_org_unit_key = d.org_unit_key
where
    f.cohort_month_on <= $to::date
    and f.cohort_month_on >= coalesce($from::date, $to::date - interval 5 month)
order by f.cohort_month_on, d.org_unit_id, f.job_family_code, f.source_channel_code, f.stage_rank
