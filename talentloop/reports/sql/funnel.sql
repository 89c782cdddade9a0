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

-- Applications of one requisition share its pace, its people and its end: their squared sums say
-- how much less certain a rate is than one of as many independent applications.
spread as (
    select
        stage_code,
        sum(k * k)::double as kk,
        sum(k * n)::double as kn,
        sum(n * n)::double as nn,
        count(*) filter (n > 0) as n_requisitions
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
cross join lateral (
    select
        nullif(c.n_entered - c.n_open, 0)::double as n,
        c.n_advanced / nullif(c.n_entered - c.n_open, 0) as p,
        greatest(s.n_requisitions - 1, 1)::double as df
) as share
cross join lateral (
    select
        greatest(1, coalesce(case when s.n_requisitions > 1 then
            (df + 1) / df * (s.kk - 2 * p * s.kn + p * p * s.nn) / nullif(n * p * (1 - p), 0)
        end, 1)) as effect,
        -- Student's quantile, by Cornish and Fisher's expansion.
        case when s.n_requisitions > 1 then
            1.959963984540 + 2.3722712303 / df + 2.8224986157 / df ** 2 + 2.5558496795 / df ** 3
            + 1.5895340534 / df ** 4
        else 1.959963984540 end as z
) as spread_by
cross join lateral (
    select
        (p + z * z / (2 * n / effect) - z * sqrt(p * (1 - p) / (n / effect) + z * z / (4 * (n / effect) ** 2)))
        / (1 + z * z / (n / effect)) as lower,
        (p + z * z / (2 * n / effect) + z * sqrt(p * (1 - p) / (n / effect) + z * z / (4 * (n / effect) ** 2)))
        / (1 + z * z / (n / effect)) as upper
) as wilson
order by c.stage_rank
