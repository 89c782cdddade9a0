-- A later stage implies the earlier ones, so that a skipped stage does not lose anybody; a
-- re-entry counts once. Whoever stopped at a stage left it by rejection or withdrawal, or is there.
with application as (

    select
        cohort_month_on,
        top_org_unit_key,
        job_family_code,
        source_channel_code,
        furthest_stage_rank,
        coalesce(outcome_code, 'open') as outcome_code,
        is_reopened,
        count(*) as n
    from {{ ref('int_application__end') }}
    group by all

),

stage as (

    select
        unnest({{ stages() }}) as stage_code,
        unnest(range(1, 8))::integer as stage_rank

),

flow as (

    select
        application.cohort_month_on,
        application.top_org_unit_key,
        application.job_family_code,
        application.source_channel_code,
        stage.stage_code,
        stage.stage_rank,
        sum(n) as n_entered,
        coalesce(sum(n) filter (furthest_stage_rank > stage_rank or outcome_code = 'hired'), 0) as n_advanced,
        {% for name, ways_out in {
            'rejected': "'rejected', 'job_closed'", 'job_closed': "'job_closed'",
            'withdrawn': "'withdrawn'", 'open': "'open'"
        }.items() %}
        coalesce(sum(n) filter (
            furthest_stage_rank = stage_rank and outcome_code in ({{ ways_out }})
        ), 0) as n_{{ name }},
        {% endfor %}
        coalesce(sum(n) filter (is_reopened), 0) as n_reopened
    from application
    inner join stage on application.furthest_stage_rank >= stage.stage_rank
    group by all

),

duration as (

    select
        cohort_month_on,
        top_org_unit_key,
        job_family_code,
        source_channel_code,
        stage_code,
        median(duration_days) as median_days
    from {{ ref('fct_stage_spell') }}
    -- A stage passed in no time was entered afterwards, to catch up.
    where not is_open and not is_accidental and not is_excluded and duration_days > 0
    group by all

)

select
    flow.cohort_month_on,
    flow.top_org_unit_key,
    flow.job_family_code,
    flow.source_channel_code,
    flow.stage_code,
    flow.stage_rank,
    flow.n_entered::bigint as n_entered,
    flow.n_advanced::bigint as n_advanced,
    flow.n_rejected::bigint as n_rejected,
    flow.n_withdrawn::bigint as n_withdrawn,
    flow.n_job_closed::bigint as n_job_closed,
    flow.n_open::bigint as n_open,
    flow.n_reopened::bigint as n_reopened,
    duration.median_days
from flow
left join duration
    on flow.cohort_month_on = duration.cohort_month_on
    and flow.stage_code = duration.stage_code
    and flow.top_org_unit_key is not distinct from duration.top_org_unit_key
    and flow.job_family_code is not distinct from duration.job_family_code
    and flow.source_channel_code is not distinct from duration.source_channel_code
