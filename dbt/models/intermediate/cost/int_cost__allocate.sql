-- Costs that belong to no unit are shared out by rule, within their month. Where there was nothing
-- to share by, they stay with the company alone.
with basis as (

    select
        'hires' as allocate_by_code,
        month_on,
        top_org_unit_key
    from {{ ref('int_employment__follow') }}
    union all
    select
        'applications' as allocate_by_code,
        cohort_month_on as month_on,
        top_org_unit_key
    from {{ ref('fct_application') }}
    where not is_excluded
    union all
    select
        'openings' as allocate_by_code,
        {{ month_of(local_date('opening.opened_at', 'requisition.time_zone')) }} as month_on,
        requisition.top_org_unit_key
    from {{ ref('dim_opening') }} as opening
    inner join {{ ref('dim_requisition') }} as requisition using (requisition_key)
    where not requisition.is_test

),

share as (

    select
        allocate_by_code,
        month_on,
        top_org_unit_key as shared_org_unit_key,
        count(*) / (sum(count(*)) over (partition by allocate_by_code, month_on))::double as share
    from basis
    where top_org_unit_key is not null
    group by allocate_by_code, month_on, top_org_unit_key

),

cost as (

    select
        *,
        -- Only a cost without a unit finds shares.
        case when top_org_unit_key is null then month_on end as shared_month_on
    from {{ ref('int_cost__place') }}

)

select
    cost.recruiting_cost_key,
    cost.month_on,
    coalesce(cost.top_org_unit_key, share.shared_org_unit_key) as top_org_unit_key,
    cost.nature_code,
    cost.worker_type_code,
    (cost.cost_amount * coalesce(share.share, 1))::decimal(18, 6) as cost_amount,
    cost.is_standard,
    cost.is_internal_use,
    cost.is_comparable,
    cost.top_org_unit_key is null as is_shared
from cost
left join share
    on cost.allocate_by_code = share.allocate_by_code
    and cost.shared_month_on = share.month_on
