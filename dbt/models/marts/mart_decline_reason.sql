select
    month_on,
    coalesce(decline_reason_code, 'unknown') as decline_reason_code,
    count(*) as n
from {{ ref('int_offer__decide') }}
where status_code = 'declined' and month_on is not null
group by month_on, coalesce(decline_reason_code, 'unknown')
