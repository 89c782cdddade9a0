-- One row per application to which an offer was extended: its latest version, the answer, and what
-- became of the first day. An offer that nobody answered in time has expired. An acceptance that was
-- broken later was an acceptance; an offer that the company took back was never decided.
with version as (

    select
        application_key,
        count(*) as n_versions,
        min(extended_at) as first_extended_at
    from {{ ref('fct_offer') }}
    where extended_at is not null
    group by application_key

),

offer as (

    select
        offer.application_key,
        version.n_versions,
        version.first_extended_at,
        offer.accepted_at,
        offer.start_on,
        coalesce(offer.accepted_at, offer.decided_at) as answered_at,
        situated.top_org_unit_key,
        situated.time_zone,
        case
            when offer.status_code in ('accepted', 'reneged') and offer.accepted_at is not null
                then 'accepted'
            when offer.status_code in ('declined', 'expired', 'rescinded') then offer.status_code
            when offer.extended_at + to_days(rule.offer_valid_days) <= {{ as_of() }} then 'expired'
            else 'open'
        end as answer_code,
        offer.status_code in ('extended', 'superseded')
        and offer.extended_at + to_days(rule.offer_valid_days) <= {{ as_of() }} as is_expired_by_deadline,
        offer.status_code = 'reneged' and offer.accepted_at is not null as is_reneged
    from {{ ref('fct_offer') }} as offer
    inner join version using (application_key)
    inner join {{ ref('int_application__situate') }} as situated using (application_key)
    cross join {{ source('ops', 'hiring_rule') }} as rule
    where offer.is_latest and situated.exclusion_reason_code is null

),

started as (

    select
        application_key,
        min(hired_on) as hired_on
    from {{ ref('int_employment__follow') }}
    group by application_key

)

select
    offer.application_key,
    offer.top_org_unit_key,
    {{ month_of(local_date('offer.first_extended_at', 'offer.time_zone')) }} as month_on,
    offer.n_versions,
    offer.answer_code,
    offer.is_expired_by_deadline,
    offer.is_reneged,
    {{ days_between('offer.first_extended_at', 'offer.answered_at') }} as answer_days,
    case
        when offer.answer_code <> 'accepted' then null
        when started.hired_on is not null then 'started'
        -- Without a first day nobody can say whether it was kept.
        when offer.start_on is null and not offer.is_reneged then 'unknown'
        when offer.start_on > {{ local_date(as_of(), 'offer.time_zone') }} and not offer.is_reneged
            then 'pending'
        else 'no_show'
    end as start_code,
    case when started.hired_on is not null then
        {{ days_between('offer.accepted_at', "(started.hired_on::timestamp at time zone offer.time_zone)") }}
    end as time_to_start_days
from offer
left join started using (application_key)
