-- One row per stage for the selected cohort. An application counts once per stage: it went on when
-- it entered any later stage, else it is open, else it left as its last spell says.
with

/* use selected_application */,

spell as (
    select s.*
    from fct_stage_spell as s
    inner join selected_application as a using (application_key)
    where not a.is_excluded and not s.is_accidental
),

furthest as (
    select application_key, max(stage_rank) as furthest_rank from spell group by all
),

per_application as (
    select
        s.application_key,
        a.requisition_key,
        s.stage_code,
        s.stage_rank,
        case
            when f.furthest_rank > s.stage_rank or a.furthest_stage_rank > s.stage_rank
                then 'advanced'
            when bool_or(s.is_open) then 'open'
            else coalesce(arg_max(s.exit_type_code, s.sequence), 'open')
        end as exit_code
    from spell as s
    inner join furthest as f using (application_key)
    inner join selected_application as a using (application_key)
    group by
        s.application_key, a.requisition_key, s.stage_code, s.stage_rank, f.furthest_rank,
        a.furthest_stage_rank
),

counted as (
    select
        stage_code,
        stage_rank,
        count(*) as n_entered,
        count(*) filter (where exit_code = 'advanced') as n_advanced,
        count(*) filter (where exit_code = 'rejected') as n_rejected,
        count(*) filter (where exit_code = 'withdrawn') as n_withdrawn,
        count(*) filter (where exit_code = 'moved_back') as n_moved_back,
        count(*) filter (where exit_code = 'open') as n_open
    from per_application
    group by all
),

spread as (
    select
        stage_code,
        /* use squares_by_requisition */
    from (
        select
            stage_code,
            requisition_key,
            count(*) filter (where exit_code = 'advanced') as k,
            count(*) filter (where exit_code <> 'open') as n
        from per_application
        group by stage_code, requisition_key
    ) as requisition
    group by stage_code
),

waited as (
    select
        t.stage_code as group_code,
        t.duration_days,
        t.outcome_code as cause_code,
        1 as n
    from fct_stage_time as t
    inner join selected_application as a using (application_key)
    where not a.is_excluded and t.duration_days > 0
),

/* use kaplan_meier */,

median as (
    select group_code as stage_code, min(duration_days) as median_days
    from curve
    where survival_rate <= 0.5
    group by all
)

select
    c.stage_code,
    c.n_entered,
    c.n_advanced,
    c.n_rejected,
    c.n_withdrawn,
    c.n_moved_back,
    c.n_open,
    c.n_entered - c.n_open as n_resolved,
    c.n_advanced / nullif(c.n_entered - c.n_open, 0) as pass_rate,
    wilson.lower as pass_rate_lower,
    wilson.upper as pass_rate_upper,
    m.median_days
from counted as c
left join median as m using (stage_code)
left join spread as s using (stage_code)
/* use wilson_by_requisition */
order by c.stage_rank
