-- Cohorts by the month in which an application's first offer was extended. A row without a unit is
-- the whole company. A counter-offer is a version, not an offer.
with offer as (

    {{ by_month_and_unit("
        count(*) as n_extended,
        sum(n_versions)::bigint as n_versions,
        count(*) filter (answer_code = 'accepted') as n_accepted,
        count(*) filter (answer_code = 'declined') as n_declined,
        count(*) filter (answer_code = 'expired') as n_expired,
        count(*) filter (is_expired_by_deadline) as n_expired_by_deadline,
        count(*) filter (answer_code = 'rescinded') as n_rescinded,
        count(*) filter (answer_code = 'open') as n_open,
        count(*) filter (is_reneged) as n_reneged,
        median(answer_days) as median_answer_days,
        count(*) filter (start_code in ('started', 'no_show')) as n_starts_due,
        count(*) filter (start_code = 'started') as n_started,
        count(*) filter (start_code = 'no_show') as n_no_shows,
        count(*) filter (start_code = 'pending') as n_starts_pending,
        median(time_to_start_days) as median_time_to_start_days
    ", ref('int_offer__answer')) }}

),

recorded as (

    select distinct application_key from {{ ref('fct_offer') }}

),

unrecorded as (

    select
        {{ month_of(local_date('application.accepted_at', 'situated.time_zone')) }} as month_on,
        application.top_org_unit_key
    from {{ ref('fct_application') }} as application
    inner join {{ ref('int_application__situate') }} as situated using (application_key)
    left join recorded using (application_key)
    where application.is_hired and not application.is_excluded and recorded.application_key is null

),

without_offer as (

    {{ by_month_and_unit("count(*) as n_hires_without_offer", 'unrecorded') }}

),

joined as (

    select
        coalesce(offer.month_on, without_offer.month_on) as month_on,
        coalesce(offer.top_org_unit_key, without_offer.top_org_unit_key) as top_org_unit_key,
        offer.* exclude (month_on, top_org_unit_key),
        without_offer.n_hires_without_offer
    from offer
    full join without_offer
        on offer.month_on = without_offer.month_on
        and offer.top_org_unit_key is not distinct from without_offer.top_org_unit_key

)

select
    month_on,
    top_org_unit_key,
    {% for name in ['n_extended', 'n_versions', 'n_accepted', 'n_declined', 'n_expired',
        'n_expired_by_deadline', 'n_rescinded', 'n_open', 'n_reneged'] %}
    coalesce({{ name }}, 0) as {{ name }},
    {% endfor %}
    n_accepted / nullif(n_accepted + n_declined + n_expired, 0)::double as accepted_of_decided_rate,
    n_accepted / nullif(n_extended, 0)::double as accepted_of_extended_rate,
    n_reneged / nullif(n_accepted, 0)::double as renege_rate,
    median_answer_days,
    coalesce(n_starts_due, 0) as n_starts_due,
    coalesce(n_started, 0) as n_started,
    coalesce(n_no_shows, 0) as n_no_shows,
    coalesce(n_starts_pending, 0) as n_starts_pending,
    n_started / nullif(n_starts_due, 0)::double as join_rate,
    median_time_to_start_days,
    coalesce(n_hires_without_offer, 0) as n_hires_without_offer,
    coalesce(n_open + n_starts_pending, 0) > 0 as is_provisional
from joined
