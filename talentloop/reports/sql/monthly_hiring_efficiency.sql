-- One row per month, whole company, the thirteen months that end with $month. Shares of few people
-- have a figure over three months beside them, and one of the twelve months before those.
with

month as (
    select
        *,
        sum(n_offers_decided) over three as n_offers_decided_3m,
        sum(n_offers_accepted) over three as n_offers_accepted_3m,
        sum(n_starts_due) over three as n_starts_due_3m,
        sum(n_started) over three as n_started_3m,
        sum(n_offers_decided) over year_before as n_offers_decided_before,
        sum(n_offers_accepted) over year_before as n_offers_accepted_before
    from mart_monthly_hiring_efficiency
    where top_org_unit_key is null
    window
        three as (order by month_on rows between 2 preceding and current row),
        year_before as (order by month_on rows between 14 preceding and 3 preceding)
)

select
    month_on,
    n_applications,
    n_accepted,
    time_to_hire_p25_days,
    time_to_hire_median_days,
    time_to_hire_p75_days,
    time_to_hire_p90_days,
    n_offers_decided,
    n_offers_accepted,
    offer_acceptance_rate,
    n_offers_decided_3m,
    n_offers_accepted_3m,
    n_offers_accepted_3m / nullif(n_offers_decided_3m, 0) as offer_acceptance_rate_3m,
    n_offers_decided_before,
    n_offers_accepted_before,
    n_offers_accepted_before / nullif(n_offers_decided_before, 0) as offer_acceptance_rate_before,
    n_openings_due,
    n_openings_on_time,
    on_time_fill_rate,
    n_starts_due,
    n_started,
    n_starts_pending,
    join_rate,
    n_starts_due_3m,
    n_started_3m,
    n_started_3m / nullif(n_starts_due_3m, 0) as join_rate_3m,
    is_provisional
from month
where month_on between $month::date - interval 12 month and $month::date
order by month_on
