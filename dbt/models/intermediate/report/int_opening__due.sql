-- Seats that were to be filled by a date that has come; cancelled, evergreen and test ones are not.
select
    opening.opening_key,
    requisition.top_org_unit_key,
    {{ month_of('opening.target_fill_on') }} as month_on,
    coalesce(opening.is_filled_on_time, false) as is_on_time
from {{ ref('dim_opening') }} as opening
inner join {{ ref('dim_requisition') }} as requisition using (requisition_key)
where not opening.is_cancelled
    and not requisition.is_test
    and not requisition.is_evergreen
    and opening.target_fill_on <= {{ local_date(as_of(), 'requisition.time_zone') }}
