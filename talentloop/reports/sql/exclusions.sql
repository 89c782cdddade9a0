-- Applications by the reason for which metrics leave them out, or for which some would.
select
    t.exclusion_reason_code,
    t.is_left_out,
    sum(t.n_applications) as n_applications
from mart_cohort_exclusion as t
left join dim_org_unit as d on t.top_org_unit_key = d.org_unit_key
where
    t.cohort_month_on between $month::date - interval 12 month and $month::date
    and ($department::varchar is null or d.org_unit_id = $department)
group by t.exclusion_reason_code, t.is_left_out
order by t.is_left_out desc, n_applications desc, t.exclusion_reason_code
