-- Flows: each count belongs to the month in which its own event happened. A row without a unit is
-- the whole company.
with application as (

    {{ by_month_and_unit("count(*) as n_applications", ref('fct_application'),
        month='cohort_month_on', condition='not is_excluded') }}

),

hire as (

    {{ by_month_and_unit(
        "count(*) as n_accepted, " ~ time_quantiles('time_to_hire_days', 'time_to_hire_'),
        ref('int_hire__count')
    ) }}

),

offer as (

    {{ by_month_and_unit("
        count(*) filter (is_decided) as n_offers_decided,
        count(*) filter (is_accepted) as n_offers_accepted
    ", ref('int_offer__decide')) }}

),

opening as (

    {{ by_month_and_unit("
        count(*) as n_openings_due,
        count(*) filter (is_on_time) as n_openings_on_time
    ", ref('int_opening__due')) }}

),

start as (

    {{ by_month_and_unit("
        count(*) filter (not is_pending) as n_starts_due,
        count(*) filter (not is_pending and is_started) as n_started,
        count(*) filter (is_pending) as n_starts_pending
    ", ref('int_start__due')) }}

),

retention as (

    select
        month_on,
        group_code as top_org_unit_key,
        * exclude (month_on, group_code, grouping_code)
    from {{ ref('int_retention__estimate') }}
    where grouping_code = 'company' or (grouping_code = 'unit' and group_code is not null)

),

month as (

    select distinct month_on from {{ ref('dim_date') }}
    where
        month_on >= (select min(month_on) from application)
        and month_on <= {{ local_date(as_of(), "'" ~ var('default_time_zone') ~ "'") }}

),

unit as (

    select distinct top_org_unit_key from {{ ref('int_requisition__describe') }}
    where top_org_unit_key is not null
    union all
    select null as top_org_unit_key

),

spine as (

    select
        month.month_on,
        unit.top_org_unit_key
    from month
    cross join unit

)

select
    spine.month_on,
    spine.top_org_unit_key,
    coalesce(application.n_applications, 0) as n_applications,
    coalesce(hire.n_accepted, 0) as n_accepted,
    {% for name in ['p25', 'median', 'p75', 'p90'] %}
    hire.time_to_hire_{{ name }}_days,
    {% endfor %}
    coalesce(offer.n_offers_decided, 0) as n_offers_decided,
    coalesce(offer.n_offers_accepted, 0) as n_offers_accepted,
    offer.n_offers_accepted / nullif(offer.n_offers_decided, 0)::double as offer_acceptance_rate,
    coalesce(opening.n_openings_due, 0) as n_openings_due,
    coalesce(opening.n_openings_on_time, 0) as n_openings_on_time,
    opening.n_openings_on_time / nullif(opening.n_openings_due, 0)::double as on_time_fill_rate,
    coalesce(start.n_starts_due, 0) as n_starts_due,
    coalesce(start.n_started, 0) as n_started,
    coalesce(start.n_starts_pending, 0) as n_starts_pending,
    start.n_started / nullif(start.n_starts_due, 0)::double as join_rate,
    coalesce(retention.n_starters, 0) as n_starters,
    coalesce(retention.n_observed_90d, 0) as n_observed_90d,
    retention.retention_90d_rate,
    retention.retention_90d_lower,
    retention.retention_90d_upper,
    spine.month_on + interval 1 month > {{ as_of() }} at time zone '{{ var("default_time_zone") }}'
    or coalesce(start.n_starts_pending, 0) > 0 as is_provisional
from spine
{% for name in ['application', 'hire', 'offer', 'opening', 'start', 'retention'] %}
left join {{ name }}
    on spine.month_on = {{ name }}.month_on
    and spine.top_org_unit_key is not distinct from {{ name }}.top_org_unit_key
{% endfor %}
