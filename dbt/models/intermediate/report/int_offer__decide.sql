-- The one offer of each application that counts, its answer, and the month of the answer. An
-- acceptance that was later reneged was an acceptance; an offer that the company took back is none.
select
    offer.application_key,
    situated.top_org_unit_key,
    offer.status_code,
    offer.decline_reason_code,
    offer.start_on,
    offer.accepted_at is not null and offer.status_code in ('accepted', 'reneged') as is_accepted,
    offer.status_code in ('accepted', 'reneged', 'declined', 'expired') as is_decided,
    {{ month_of(local_date('coalesce(offer.accepted_at, offer.decided_at)', 'situated.time_zone')) }}
        as month_on,
    {{ local_date(as_of(), 'situated.time_zone') }} as observed_on
from {{ ref('fct_offer') }} as offer
inner join {{ ref('int_application__situate') }} as situated using (application_key)
where offer.is_latest and situated.exclusion_reason_code is null
