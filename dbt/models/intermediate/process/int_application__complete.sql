-- One row per person contacted about a requisition: whether an application came of it.
select
    application_key,
    top_org_unit_key,
    {{ month_of(local_date('first_engaged_at', 'time_zone')) }} as month_on,
    case when exclusion_reason_code = 'prospect' then 'open' else 'completed' end as completion_code
from {{ ref('int_application__situate') }}
where exclusion_reason_code = 'prospect'
    or (exclusion_reason_code is null and first_engaged_at < applied_at)
