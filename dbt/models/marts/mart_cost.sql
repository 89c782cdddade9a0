-- Costs and hires of the same period and unit, of one month and of the twelve that end with it. A
-- row without a unit is the whole company. Without a hire there is no cost per hire.
with summed as (

    select
        month_on,
        top_org_unit_key,
        window_months,
        row_number() over so_far >= window_months as is_whole,
        {% for name in ['n_hires', 'n_paid', 'first_year_pay', 'external_cost', 'internal_cost',
            'internal_use_cost', 'comparable_cost', 'shared_cost', 'contractor_cost'] %}
        case window_months when 1 then {{ name }} else sum({{ name }}) over twelve end as {{ name }}
        {{- ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_cost__sum') }}
    cross join (values (1), (12)) as period (window_months)
    window
        so_far as (partition by top_org_unit_key, window_months order by month_on),
        twelve as (
            partition by top_org_unit_key, window_months
            order by month_on rows between 11 preceding and current row
        )

)

select
    month_on,
    top_org_unit_key,
    window_months::integer as window_months,
    n_hires::bigint as n_hires,
    external_cost::double as external_cost,
    internal_cost::double as internal_cost,
    (external_cost + internal_cost)::double as standard_cost,
    internal_use_cost::double as internal_use_cost,
    comparable_cost::double as comparable_cost,
    shared_cost::double as shared_cost,
    contractor_cost::double as contractor_cost,
    round((external_cost + internal_cost)::double / nullif(n_hires, 0), 2) as cost_per_hire,
    round(internal_use_cost::double / nullif(n_hires, 0), 2) as cost_per_hire_internal_use,
    round(comparable_cost::double / nullif(n_hires, 0), 2) as cost_per_hire_comparable,
    -- Undefined where the pay of a hire is unknown: the costs would be compared with too little.
    case when n_paid = n_hires then
        round((external_cost + internal_cost)::double / nullif(first_year_pay, 0)::double, 6)
    end as hire_cost_ratio,
    case when n_paid = n_hires then
        round(internal_use_cost::double / nullif(first_year_pay, 0)::double, 6)
    end as hiring_budget_share,
    month_on + interval 1 month > {{ as_of() }} at time zone '{{ var("default_time_zone") }}'
        as is_provisional
from summed
where is_whole
