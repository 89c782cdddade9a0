-- Costs and hires of the same period and scope. Payroll shows as a ratio only, and over five hires.
select
    d.org_unit_id as department_id,
    d.name as department_name,
    d.name_en as department_name_en,
    t.n_hires,
    t.external_cost,
    t.internal_cost,
    t.shared_cost,
    t.standard_cost,
    t.contractor_cost,
    t.cost_per_hire,
    t.cost_per_hire_internal_use,
    t.cost_per_hire_comparable,
    t.hire_cost_ratio,
    t.hiring_budget_share,
    t.is_provisional
from mart_cost as t
left join dim_org_unit as d on t.top_org_unit_key = d.org_unit_key
where t.month_on = $month::date and t.window_months = $window
order by d.org_unit_id nulls first
