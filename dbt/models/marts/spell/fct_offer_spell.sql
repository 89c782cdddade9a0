-- Each version of an offer from the day it was sent until it was answered, replaced or withdrawn.
with sent as (

    select * from {{ ref('fct_offer') }}
    where extended_at is not null

)

select
    offer_key,
    application_key,
    row_number() over (
        partition by application_key order by version, extended_at, offer_key
    )::integer as sequence,
    extended_at as started_at,
    coalesce(accepted_at, decided_at) as ended_at,
    case when status_code not in ('draft', 'extended') then status_code end as end_type_code,
    {{ days_between('extended_at', 'coalesce(accepted_at, decided_at)') }} as duration_days,
    status_code = 'extended' as is_open,
    is_latest
from sent
