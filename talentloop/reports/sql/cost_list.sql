-- Booked amounts, or the part of them that a unit bears, in the company's currency without tax.
with

listed as (
    select
        c.recruiting_cost_key,
        c.source,
        c.cost_type_code,
        c.nature_code,
        c.month_on,
        d.name as department_name,
        d.name_en as department_name_en,
        c.is_shared,
        c.cost_amount::double as cost_amount
    from fct_cost_share as c
    left join dim_org_unit as d on c.top_org_unit_key = d.org_unit_key
    where
        c.month_on between $month::date - to_months($window::integer - 1) and $month::date
        and ($department::varchar is null or d.org_unit_id = $department)
        and case $part
            when 'contractor' then c.worker_type_code = 'contractor'
            when 'internal_use' then c.worker_type_code = 'employee' and c.is_internal_use
            when 'comparable' then c.worker_type_code = 'employee' and c.is_comparable
            else c.worker_type_code = 'employee' and c.is_standard and case $part
                when 'external' then c.nature_code = 'external'
                when 'internal' then c.nature_code = 'internal'
                when 'shared' then c.is_shared
                else true
            end
        end
)

select *, count(*) over () as n_total
from listed
order by cost_amount desc, recruiting_cost_key, department_name
limit $limit offset $offset
