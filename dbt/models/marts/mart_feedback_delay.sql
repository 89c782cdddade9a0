-- A row without a unit is the whole company. Medians are of scorecards that came; those that did
-- not are counted beside them, and weigh on the share in time.
with feedback as (

    {{ by_month_and_unit("
        count(*) as n,
        count(feedback_days) as n_submitted,
        count(*) filter (not is_submitted) as n_missing,
        count(*) filter (is_due) as n_due,
        count(*) filter (is_due and not is_overdue) as n_in_time,
        " ~ time_quantiles('feedback_days'), ref('int_interview__attend')) }}

)

select
    month_on,
    top_org_unit_key,
    n,
    n_submitted,
    n_missing,
    n_due,
    n_in_time,
    n_in_time / nullif(n_due, 0)::double as in_time_rate,
    p25_days,
    median_days,
    p75_days,
    p90_days
from feedback
