-- Hire rate by month of application, with the share that is still open. Whole company.
select
    cohort_month_on,
    count(*) as n_applications,
    count(*) filter (where is_hired) as n_hired,
    count(*) filter (where is_open) as n_open,
    count(*) filter (where is_hired) / nullif(count(*) filter (where not is_open), 0) as hire_rate,
    count(*) filter (where is_open) / count(*) as open_share
from fct_application
where
    not is_excluded
    and cohort_month_on
    <= date_trunc('month', timezone($zone, (select as_of::timestamptz from meta_build)))
group by cohort_month_on
qualify row_number() over (order by cohort_month_on desc) <= 10
order by cohort_month_on
