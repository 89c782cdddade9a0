-- Channels by the applications of the months chosen: hire rate of the resolved, and what became of
-- those who started: 90-day retention and the latest regular rating of each.
with

application as (
    select
        c.application_key,
        c.source_channel_code,
        c.requisition_key,
        c.is_open,
        c.is_hired
    from fct_application as c
    where
        not c.is_excluded
        and c.cohort_month_on
        /* use within_months */
),

spread as (
    select
        source_channel_code,
        sum(n_all) as n_applications,
        /* use squares_by_requisition */
    from (
        select
            source_channel_code,
            requisition_key,
            count(*) as n_all,
            count(*) filter (where is_hired) as k,
            count(*) filter (where not is_open) as n
        from application
        where source_channel_code is not null
        group by source_channel_code, requisition_key
    ) as requisition
    group by source_channel_code
),

starter as (
    select f.*
    from fct_employment_follow as f
    inner join application as a using (application_key)
    where f.source_channel_code is not null
),

waited as (
    select
        source_channel_code as group_code,
        requisition_key,
        followed_days as duration_days,
        case when has_left then 'left' end as cause_code,
        1 as n
    from starter
),

/* use kaplan_meier_by_requisition */,

kept as (
    select
        group_code,
        case
            when max(duration_days) < 90 and min(survival_rate) > 0 then null
            when min(duration_days) > 90 then 1
            else arg_max_null(survival_rate, duration_days) filter (where duration_days <= 90)
        end as retention_90d_rate,
        case when max(duration_days) >= 90 or min(survival_rate) = 0 then
            arg_max_null(survival_lower, duration_days) filter (where duration_days <= 90)
        end as retention_90d_lower,
        case when max(duration_days) >= 90 or min(survival_rate) = 0 then
            arg_max_null(survival_upper, duration_days) filter (where duration_days <= 90)
        end as retention_90d_upper
    from curve
    group by group_code
),

started as (
    select
        source_channel_code as group_code,
        count(*) as n_started,
        count(*) filter (where observed_on - hired_on >= 90) as n_observed_90d
    from starter
    group by source_channel_code
),

rating as (
    select source_channel_code as group_code, count(*) as n_rated, round(avg(rating_z), 6) as mean_rating_z
    from (
        select
            s.source_channel_code,
            r.employee_key,
            arg_max(r.rating_z, (r.finalised_at, r.performance_review_key)) as rating_z
        from fct_performance_review as r
        inner join starter as s using (employee_key)
        where r.rating_z is not null and r.review_type_code <> 'annual'
        group by s.source_channel_code, r.employee_key
    ) as latest
    group by source_channel_code
)

select
    s.source_channel_code,
    s.n_applications,
    s.n_applications - s.n as n_open,
    s.n as n_resolved,
    s.k as n_hires,
    s.k / nullif(s.n, 0) as hire_rate,
    wilson.lower as hire_rate_lower,
    wilson.upper as hire_rate_upper,
    coalesce(b.n_started, 0) as n_started,
    coalesce(b.n_observed_90d, 0) as n_observed_90d,
    k.retention_90d_rate,
    k.retention_90d_lower,
    k.retention_90d_upper,
    coalesce(r.n_rated, 0) as n_rated,
    r.mean_rating_z
from spread as s
left join started as b on s.source_channel_code = b.group_code
left join kept as k on s.source_channel_code = k.group_code
left join rating as r on s.source_channel_code = r.group_code
/* use wilson_by_requisition */
order by hire_rate desc nulls last, s.source_channel_code
