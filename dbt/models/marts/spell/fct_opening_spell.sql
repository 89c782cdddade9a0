-- How a seat was filled, and filled again: an acceptance that was later taken back ends one spell,
-- and a separate re-fill begins when it was taken back. The seat's own clock (dim_opening) runs on
-- from its first opening. A source overwrites the acceptance when the seat reopens: it is read from
-- older versions, or from the reneged offer where the requisition has but one seat.
with opening as (

    select * from {{ ref('int_opening__keep_newest') }}

),

reneged as (

    select
        offer.application_key,
        offer.accepted_at,
        application.requisition_key,
        greatest(offer.accepted_at, coalesce(application.resolved_at, offer.decided_at)) as reneged_at
    from {{ ref('fct_offer') }} as offer
    inner join {{ ref('fct_application') }} as application using (application_key)
    where offer.is_latest and offer.status_code = 'reneged' and offer.accepted_at is not null

),

single as (

    select
        requisition_key,
        min(opening_key) as opening_key
    from opening
    group by requisition_key
    having count(*) = 1

),

lost as (

    select
        version.opening_key,
        reneged.application_key,
        reneged.accepted_at,
        reneged.reneged_at
    from {{ ref('stg_landing__opening') }} as version
    inner join reneged on version.filled_application_key = reneged.application_key
    union
    select
        single.opening_key,
        reneged.application_key,
        reneged.accepted_at,
        reneged.reneged_at
    from single
    inner join reneged using (requisition_key)

),

stretch as (

    select
        opening_key,
        opened_at as started_at
    from opening
    union all
    select
        lost.opening_key,
        lost.reneged_at as started_at
    from lost
    inner join opening using (opening_key)

),

numbered as (

    select
        opening_key,
        started_at,
        row_number() over in_order as sequence,
        lead(started_at) over in_order as next_at
    from stretch
    window in_order as (partition by opening_key order by started_at)

),

ended as (

    select
        numbered.*,
        opening.requisition_key,
        lost.application_key as lost_application_key,
        lost.accepted_at as lost_at,
        opening.status_code,
        case
            when numbered.next_at is null
                and coalesce(
                    opening.filled_application_key not in (select application_key from reneged), true
                )
                then coalesce(opening.filled_at, opening.closed_at)
        end as last_at,
        opening.filled_application_key
    from numbered
    inner join opening using (opening_key)
    left join lost on numbered.opening_key = lost.opening_key and numbered.next_at = lost.reneged_at

)

select
    md5(opening_key || ':' || sequence) as opening_spell_key,
    opening_key,
    requisition_key,
    sequence::integer as sequence,
    started_at,
    coalesce(lost_at, last_at) as ended_at,
    case
        when lost_at is not null then 'reneged'
        when last_at is not null and status_code in ('filled', 'cancelled') then status_code
    end as end_type_code,
    case
        when lost_at is not null then lost_application_key
        when last_at is not null and status_code = 'filled' then filled_application_key
    end as filled_application_key,
    {{ days_between('started_at', 'coalesce(lost_at, last_at)') }} as duration_days,
    lost_at is null and last_at is null as is_open,
    sequence > 1 as is_refill
from ended
