-- Offers, newest first: by the month in which they were first extended, answered, or to be kept.
with

listed as (
    select
        a.application_id,
        a.person_key,
        r.title as requisition_title,
        d.name as department_name,
        d.name_en as department_name_en,
        o.extended_month_on,
        o.n_versions,
        o.answer_code,
        o.decided_month_on,
        o.answer_days,
        o.start_code,
        o.time_to_start_days,
        o.application_key
    from fct_offer_outcome as o
    inner join fct_application as a using (application_key)
    left join dim_requisition as r on a.requisition_key = r.requisition_key
    left join dim_org_unit as d on o.top_org_unit_key = d.org_unit_key
    where
        case $by
            when 'decided' then o.decided_month_on
            when 'started' then o.start_month_on
            else o.extended_month_on
        end
        /* use within_months */
        and ($department::varchar is null or d.org_unit_id = $department)
        and case $state
            when 'decided' then o.is_decided
            when 'accepted' then case $by when 'decided' then o.is_accepted else o.answer_code = 'accepted' end
            when 'expired_by_deadline' then o.is_expired_by_deadline
            when 'reneged' then o.is_reneged
            when 'due' then case $by when 'started' then not o.is_pending
                else o.start_code in ('started', 'no_show') end
            when 'started' then case $by when 'started' then not o.is_pending and o.is_started
                else o.start_code = 'started' end
            when 'pending' then case $by when 'started' then o.is_pending else o.start_code = 'pending' end
            when 'no_show' then o.start_code = 'no_show'
            else $state::varchar is null or o.answer_code = $state
        end
)

select * exclude (application_key), count(*) over () as n_total
from listed
order by extended_month_on desc, application_key
limit $limit offset $offset
