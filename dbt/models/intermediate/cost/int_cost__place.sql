-- Each cost in the company's currency without tax, in the month that it belongs to, with the unit
-- and channel that caused it where those are known: by the hire, the requisition, or the unit itself.
with cost as (

    select
        *,
        coalesce(accrued_on, incurred_on) as counted_on,
        amount / (1 + case when is_vat_included then vat_rate else 0 end) as net_amount
    from {{ ref('int_recruiting_cost__keep_newest') }}

),

priced as (

    select
        cost.*,
        (cost.net_amount * rate.rate)::decimal(18, 6) as cost_amount
    from cost
    asof left join {{ source('ops', 'exchange_rate') }} as rate
        on cost.amount_currency_code = rate.amount_currency_code
        and cost.counted_on >= rate.valid_from

)

select
    priced.recruiting_cost_key,
    {{ month_of('priced.counted_on') }} as month_on,
    priced.cost_type_code,
    priced.nature_code,
    priced.worker_type_code,
    priced.cost_amount,
    coalesce(application.top_org_unit_key, requisition.top_org_unit_key, unit.top_org_unit_key)
        as top_org_unit_key,
    coalesce(priced.source_channel_code, application.source_channel_code) as source_channel_code,
    coalesce(kind.allocate_by_code, 'hires') as allocate_by_code,
    coalesce(kind.is_standard, true) as is_standard,
    coalesce(kind.is_internal_use, true) as is_internal_use,
    coalesce(kind.is_comparable, false) as is_comparable
from priced
left join {{ source('ops', 'cost_type') }} as kind using (cost_type_code)
left join {{ ref('int_application__situate') }} as application
    on priced.application_key = application.application_key
left join {{ ref('int_requisition__describe') }} as requisition
    on priced.requisition_key = requisition.requisition_key
left join {{ ref('int_org_unit__nest') }} as unit
    on priced.org_unit_key = unit.org_unit_key
