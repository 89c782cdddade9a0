with offer as (

    select * from {{ ref('int_offer__keep_newest') }}

)

select
    offer_key,
    application_key,
    version::integer as version,
    -- A counter-offer is a new version: an application has one offer, its latest version.
    row_number() over (
        partition by application_key
        order by (status_code = 'superseded'), version desc, extended_at desc nulls last, offer_key
    ) = 1 as is_latest,
    status_code,
    extended_at,
    accepted_at,
    decided_at,
    decline_reason_code,
    start_on
from offer
