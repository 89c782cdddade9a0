-- What one window of before and after counts: applications by the day applied, still open when the
-- window is seen, or accepted in it; or moves, one by one or by application.
with

/* use before_after_window */,

move as (
    select
        e.application_key,
        e.occurred_at,
        e.stage_code,
        e.actor_type_code,
        e.stage_event_key
    from period as p
    inner join fct_stage_event as e
        on timezone($zone, e.occurred_at::timestamptz)::date between p.from_on and p.to_on
    inner join application as a on e.application_key = a.application_key
    where p.side_code = $side and not e.is_accidental and e.actor_type_code is not null
),

counted as (
    select
        a.application_key,
        a.applied_at as happened_at,
        null as stage_code,
        null as actor_type_code,
        a.application_key as counted_key
    from period as p
    inner join application as a on a.applied_on between p.from_on and p.to_on
    where
        p.side_code = $side
        and $part in ('applications', 'open')
        and epoch_us(least(coalesce(a.resolved_at::timestamptz, p.seen_at), p.seen_at))
        > epoch_us(a.applied_at::timestamptz)
        and ($part = 'applications' or a.is_open or a.resolved_at::timestamptz > p.seen_at)
    union all
    select a.application_key, a.accepted_at, null, null, a.application_key
    from period as p
    inner join application as a on a.accepted_on between p.from_on and p.to_on
    where
        p.side_code = $side
        and $part = 'hires'
        and a.is_hired
        and a.time_to_hire_days is not null
    union all
    select application_key, max(occurred_at), null, null, application_key
    from move
    where $part = 'moved'
    group by application_key
    union all
    select application_key, occurred_at, stage_code, actor_type_code, stage_event_key
    from move
    where $part = 'moves' or ($part = 'automated' and actor_type_code = 'automation')
),

listed as (
    select
        a.application_id,
        a.person_key,
        r.title as requisition_title,
        c.happened_at,
        c.stage_code,
        c.actor_type_code,
        c.counted_key
    from counted as c
    inner join fct_application as a using (application_key)
    left join dim_requisition as r on a.requisition_key = r.requisition_key
)

select * exclude (counted_key), count(*) over () as n_total
from listed
order by happened_at desc, counted_key
limit $limit offset $offset
