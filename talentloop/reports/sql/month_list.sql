-- Months that have figures, newest first; one that had not ended is marked as partial.
select
    month_on,
    n_applications,
    n_accepted,
    month_on + interval 1 month
    > timezone($zone, (select as_of::timestamptz from meta_build)) as is_partial
from mart_monthly_hiring_efficiency
where top_org_unit_key is null
order by month_on desc
limit 36
