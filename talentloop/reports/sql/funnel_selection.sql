-- What the filters select: applications that count, and those left out, by reason.
with

/* use selected_application */

select
    case when is_excluded then coalesce(exclusion_reason_code, 'none') end as exclusion_reason_code,
    count(*) as n,
    count(*) filter (where is_open) as n_open,
    count(*) filter (where is_hired) as n_hired
from selected_application
group by 1
order by 1 is not null, n desc
