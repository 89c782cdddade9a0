-- Of those that entered a stage and have left it, the share that went on. Those that are still open
-- are not in the denominator; those rejected because the job was closed are in the first rate only.
with cohort as (

    {{ by_cohort(
        "
        sum(n_entered)::bigint as n_entered,
        sum(n_advanced)::bigint as n_advanced,
        sum(n_rejected)::bigint as n_rejected,
        sum(n_withdrawn)::bigint as n_withdrawn,
        sum(n_job_closed)::bigint as n_job_closed,
        sum(n_open)::bigint as n_open,
        sum(n_reopened)::bigint as n_reopened
        ",
        ref('mart_hiring_funnel'),
        "stage_code, stage_rank",
        month='cohort_month_on'
    ) }}

),

resolved as (

    select
        *,
        n_entered - n_open as n_resolved,
        n_entered - n_open - n_job_closed as n_judged
    from cohort
    where stage_code <> 'hired'

)

select
    grouping_code,
    group_code,
    month_on,
    stage_code,
    stage_rank,
    n_entered,
    n_advanced,
    n_rejected,
    n_withdrawn,
    n_job_closed,
    n_open,
    n_resolved,
    n_reopened,
    {{ as_of() }} as observed_through_at,
    {{ state_code('n_entered', 'n_open') }} as state_code,
    {{ unless_suppressed('n_advanced / nullif(n_resolved, 0)::double', 'n_resolved') }} as pass_rate,
    {{ unless_suppressed(wilson('n_advanced', 'n_resolved', -1), 'n_resolved') }} as pass_rate_lower,
    {{ unless_suppressed(wilson('n_advanced', 'n_resolved', 1), 'n_resolved') }} as pass_rate_upper,
    {{ unless_suppressed('n_advanced / nullif(n_judged, 0)::double', 'n_judged') }} as judged_pass_rate
from resolved
