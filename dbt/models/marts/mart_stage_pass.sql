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

stage as (

    select
        unnest({{ stages() }}) as stage_code,
        unnest(range(1, 8)) as stage_rank

),

application as (

    select
        ended.cohort_month_on,
        ended.top_org_unit_key,
        ended.job_family_code,
        ended.source_channel_code,
        ended.requisition_key,
        stage.stage_code,
        ended.furthest_stage_rank > stage.stage_rank or coalesce(ended.outcome_code = 'hired', false)
            as is_advanced,
        ended.outcome_code is null as is_open
    from {{ ref('int_application__end') }} as ended
    inner join stage on ended.furthest_stage_rank >= stage.stage_rank

),

requisition as (

    {{ by_cohort(
        "
        count(*) filter (is_advanced) as k,
        count(*) filter (is_advanced or not is_open) as n
        ",
        'application',
        "stage_code, requisition_key",
        month='cohort_month_on'
    ) }}

),

-- Applications of one requisition share its pace, its people and its end.
spread as (

    select
        grouping_code,
        group_code,
        month_on,
        stage_code,
        {{ cluster_squares('k', 'n', 'passed') }}
    from requisition
    group by grouping_code, group_code, month_on, stage_code

),

resolved as (

    select
        cohort.*,
        spread.* exclude (grouping_code, group_code, month_on, stage_code),
        cohort.n_entered - cohort.n_open as n_resolved,
        cohort.n_entered - cohort.n_open - cohort.n_job_closed as n_judged
    from cohort
    left join spread
        on cohort.grouping_code = spread.grouping_code
        and cohort.group_code is not distinct from spread.group_code
        and cohort.month_on is not distinct from spread.month_on
        and cohort.stage_code = spread.stage_code
    where cohort.stage_code <> 'hired'

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
    {{ unless_suppressed(clustered_wilson('n_advanced', 'n_resolved', 'passed', -1), 'n_resolved') }}
        as pass_rate_lower,
    {{ unless_suppressed(clustered_wilson('n_advanced', 'n_resolved', 'passed', 1), 'n_resolved') }}
        as pass_rate_upper,
    {{ unless_suppressed('n_advanced / nullif(n_judged, 0)::double', 'n_judged') }} as judged_pass_rate
from resolved
