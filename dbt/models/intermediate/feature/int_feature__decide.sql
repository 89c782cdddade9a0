-- The moment at which a model's advice would have been used: when the offer went out (for a hire
-- without an offer record, the acceptance); for an open application, now.
with application as (

    select * from {{ ref('fct_application') }}
    where coalesce(exclusion_reason_code, '') in ('', 'internal_transfer')

)

select
    application_key,
    candidate_key,
    applied_at,
    case when is_open and offer_extended_at is null then {{ as_of() }}
        else coalesce(offer_extended_at, accepted_at)
    end as decision_at,
    is_open and offer_extended_at is null as is_moving
from application
where offer_extended_at is not null or is_hired or (is_open and n_dimensions_scored > 0)
