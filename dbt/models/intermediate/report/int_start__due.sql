-- Agreed first days: come and kept, come and not kept, or still ahead.
with started as (

    select distinct application_key from {{ ref('int_employment__follow') }}

)

select
    offer.application_key,
    offer.top_org_unit_key,
    {{ month_of('offer.start_on') }} as month_on,
    offer.start_on > offer.observed_on as is_pending,
    started.application_key is not null as is_started
from {{ ref('int_offer__decide') }} as offer
left join started using (application_key)
where offer.is_accepted and offer.start_on is not null
