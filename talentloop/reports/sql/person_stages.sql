-- Stages of the person's newest application, in order; one that was never entered has no times.
with

/* use stage */,

application as (
    select application_key from talent_profile where person_key = $person
),

spell as (
    select
        s.stage_code,
        min(s.entered_at) as entered_at,
        case when count(s.exited_at) = count(*) then max(s.exited_at) end as exited_at,
        arg_max(s.exit_type_code, s.sequence) as exit_type_code,
        sum(coalesce(s.duration_days, s.open_days)) as days,
        bool_or(s.is_open) as is_open,
        count(*) as n_spells
    from fct_stage_spell as s
    inner join application using (application_key)
    where not s.is_accidental
    group by all
),

entry as (
    select e.stage_code, min(e.occurred_at) as occurred_at
    from fct_stage_event as e
    inner join application using (application_key)
    group by all
)

select
    s.stage_code,
    coalesce(p.entered_at, e.occurred_at) as entered_at,
    p.exited_at,
    p.exit_type_code,
    p.days,
    coalesce(p.is_open, false) as is_open,
    coalesce(p.n_spells, 0) as n_spells
from stage as s
left join spell as p using (stage_code)
left join entry as e using (stage_code)
order by s.stage_rank
