-- Those who started, newest first: by the month in which they started, or in which they had applied.
with

listed as (
    select
        a.application_id,
        f.person_key,
        r.title as requisition_title,
        d.name as department_name,
        d.name_en as department_name_en,
        f.source_channel_code,
        f.hired_on,
        f.followed_days,
        case when f.has_left then 'terminated' else 'active' end as employment_status_code,
        f.termination_type_code,
        f.employee_key
    from fct_employment_follow as f
    inner join fct_application as a using (application_key)
    left join dim_requisition as r on f.requisition_key = r.requisition_key
    left join dim_org_unit as d on f.top_org_unit_key = d.org_unit_key
    where
        case $by when 'applied' then a.cohort_month_on else f.month_on end
        /* use within_months */
        and (
            $month::date is null
            or f.month_on between $month::date - to_months($window::integer - 1) and $month::date
        )
        and ($grouping in ('all', 'month') or f.is_recent_cohort)
        and ($by <> 'applied' or not a.is_excluded)
        and ($department::varchar is null or d.org_unit_id = $department)
        and ($job_family::varchar is null or $job_family = 'all' or f.job_family_code = $job_family)
        and ($channel::varchar is null or f.source_channel_code = $channel)
        and ($horizon is distinct from 'probation' or f.probation_end_on >= f.hired_on)
        and (
            $after_months::integer is null
            or (a.job_family_code is not null and f.hired_on + to_months($after_months) <= f.observed_on)
        )
        and case $state
            when 'not_followed' then case $horizon
                when '90_days' then f.followed_days < 90 and not f.has_left
                when '180_days' then f.followed_days < 180 and not f.has_left
                when '365_days' then f.followed_days < 365 and not f.has_left
                else not f.has_left and f.followed_days <= f.probation_end_on - f.hired_on
            end
            when 'followed_90_days' then f.observed_on - f.hired_on >= 90
            when 'rated' then f.employee_key in (
                select employee_key from fct_performance_review
                where rating_z is not null and review_type_code <> 'annual'
            )
            else true
        end
        -- Whoever has no unit, family or channel counts for the company only.
        and ($grouping <> 'unit' or f.top_org_unit_key is not null)
        and ($grouping <> 'job_family' or f.job_family_code is not null)
        and ($grouping <> 'channel' or f.source_channel_code is not null)
)

select * exclude (employee_key), count(*) over () as n_total
from listed
order by hired_on desc, employee_key
limit $limit offset $offset
