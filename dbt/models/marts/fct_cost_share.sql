select
    share.recruiting_cost_key,
    record.source,
    record.cost_type_code,
    share.month_on,
    share.top_org_unit_key,
    share.nature_code,
    share.worker_type_code,
    share.cost_amount,
    share.is_standard,
    share.is_internal_use,
    share.is_comparable,
    share.is_shared
from {{ ref('int_cost__allocate') }} as share
inner join {{ ref('int_recruiting_cost__keep_newest') }} as record using (recruiting_cost_key)
