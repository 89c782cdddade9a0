-- Costs and hires of the same months and units. A hire is somebody who came.
with cost as (

    {{ by_month_and_unit("
        coalesce(sum(cost_amount) filter (is_standard and nature_code = 'external'), 0) as external_cost,
        coalesce(sum(cost_amount) filter (is_standard and nature_code = 'internal'), 0) as internal_cost,
        coalesce(sum(cost_amount) filter (is_internal_use), 0) as internal_use_cost,
        coalesce(sum(cost_amount) filter (is_comparable), 0) as comparable_cost,
        coalesce(sum(cost_amount) filter (is_shared and is_standard), 0) as shared_cost
    ", ref('int_cost__allocate'), condition="worker_type_code = 'employee'") }}

),

contractor as (

    {{ by_month_and_unit("sum(cost_amount) as contractor_cost", ref('int_cost__allocate'),
        condition="worker_type_code = 'contractor'") }}

),

starter as (

    select
        follow.month_on,
        follow.top_org_unit_key,
        (12 * employee.monthly_salary)::decimal(18, 2) as first_year_pay
    from {{ ref('int_employment__follow') }} as follow
    inner join {{ ref('int_employee__keep_newest') }} as employee using (employee_key)

),

hire as (

    {{ by_month_and_unit("
        count(*) as n_hires,
        count(first_year_pay) as n_paid,
        sum(first_year_pay) as first_year_pay
    ", 'starter') }}

),

spine as (

    select
        month_on,
        top_org_unit_key
    from {{ ref('mart_monthly_hiring_efficiency') }}

)

select
    spine.month_on,
    spine.top_org_unit_key,
    coalesce(hire.n_hires, 0) as n_hires,
    coalesce(hire.n_paid, 0) as n_paid,
    coalesce(hire.first_year_pay, 0) as first_year_pay,
    {% for name in ['external', 'internal', 'internal_use', 'comparable', 'shared'] %}
    coalesce(cost.{{ name }}_cost, 0) as {{ name }}_cost,
    {% endfor %}
    coalesce(contractor.contractor_cost, 0) as contractor_cost
from spine
{% for name in ['cost', 'contractor', 'hire'] %}
left join {{ name }}
    on spine.month_on = {{ name }}.month_on
    and spine.top_org_unit_key is not distinct from {{ name }}.top_org_unit_key
{% endfor %}
