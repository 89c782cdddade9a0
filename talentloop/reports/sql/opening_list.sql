-- Openings behind time to fill (by month of opening) or filling on time (by month due), newest first.
with

listed as (
    select
        r.requisition_id,
        r.title as requisition_title,
        d.name as department_name,
        d.name_en as department_name_en,
        o.opened_at,
        case when o.status_code <> 'open' then o.ended_at end as ended_at,
        o.status_code as opening_status_code,
        o.waited_days,
        o.due_month_on,
        o.is_on_time,
        o.opening_key
    from fct_opening_wait as o
    inner join dim_requisition as r using (requisition_key)
    inner join dim_opening as seat on o.opening_key = seat.opening_key
    left join dim_org_unit as d on o.top_org_unit_key = d.org_unit_key
    where
        case $by when 'due' then o.due_month_on else o.month_on end
        /* use within_months */
        and ($by = 'due' or o.waited_days is not null)
        and (
            $from_day::date is null
            or case $by when 'due' then seat.target_fill_on else timezone($zone, seat.opened_at)::date end
            between $from_day::date and coalesce($to_day::date, date '9999-12-31')
        )
        and ($grouping in ('all', 'month') or o.is_recent_cohort)
        and ($department::varchar is null or d.org_unit_id = $department)
        and ($job_family::varchar is null or o.job_family_code = $job_family)
        and case $state
            when 'waiting' then o.status_code <> 'filled'
            when 'on_time' then o.is_on_time
            else true
        end
        -- Whoever has no unit or family counts for the company only.
        and ($grouping <> 'unit' or o.top_org_unit_key is not null)
        and ($grouping <> 'job_family' or o.job_family_code is not null)
)

select * exclude (opening_key), count(*) over () as n_total
from listed
order by opened_at desc, opening_key
limit $limit offset $offset
