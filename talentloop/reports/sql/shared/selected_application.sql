selected_application as (
    select
        a.*,
        d.org_unit_id as department_id,
        d.name as department_name,
        d.name_en as department_name_en
    from fct_application as a
    left join dim_org_unit as d on a.top_org_unit_key = d.org_unit_key
    where
        ($department::varchar is null or d.org_unit_id = $department)
        and ($job_family::varchar is null or a.job_family_code = $job_family)
        and ($channel::varchar is null or a.source_channel_code = $channel)
        and a.cohort_month_on <= $to::date
        and a.cohort_month_on >= coalesce($from::date, $to::date - interval 5 month)
)
