{% set rule = var('estimates') %}
-- The clocks of each opening, without the days on hold: from its first opening, from its latest
-- reopening, and from the fill before it on the same requisition; to acceptance, to its closing
-- without a hire, or to now. An acceptance that was broken leaves the clocks running. Which of them is
-- the wait of the opening, config/rules/estimates.yml says; an evergreen one may have none.
with opening as (

    select
        *,
        coalesce(
            case when status_code = 'filled' then filled_at end,
            case when status_code = 'cancelled' then closed_at end,
            {{ as_of() }}
        ) as ended_at
    from {{ ref('int_opening__keep_newest') }}

),

reopened as (

    select
        opening.opening_key,
        max(event.occurred_at) as reopened_at
    from opening
    inner join {{ ref('int_requisition_event__keep_newest') }} as event using (requisition_key)
    where event.event_type_code = 'reopened'
        and event.occurred_at > opening.opened_at and event.occurred_at <= opening.ended_at
    group by opening.opening_key

),

begun as (

    select
        opening.*,
        coalesce(reopened.reopened_at, opening.opened_at) as latest_opened_at,
        coalesce(
            max(case when opening.status_code = 'filled' then opening.filled_at end) over (
                partition by opening.requisition_key order by opening.ended_at, opening.opening_key
                rows between unbounded preceding and 1 preceding
            ),
            opening.opened_at
        ) as last_filled_at
    from opening
    left join reopened using (opening_key)

),

clock as (

    select
        opening_key,
        requisition_key,
        ended_at,
        unnest(['first', 'latest', 'since_last_fill']) as clock_code,
        unnest([opened_at, latest_opened_at, last_filled_at]) as started_at
    from begun

),

paused as (

    select
        clock.opening_key,
        clock.clock_code,
        sum({{ days_between(
            'greatest(pause.paused_at, clock.started_at)',
            'least(pause.resumed_at, clock.ended_at)'
        ) }}) as paused_days
    from clock
    inner join {{ ref('int_requisition__pause') }} as pause using (requisition_key)
    where pause.paused_at < clock.ended_at
        and coalesce(pause.resumed_at, clock.ended_at) > clock.started_at
    group by clock.opening_key, clock.clock_code

),

timed as (

    select
        clock.opening_key,
        clock.clock_code,
        clock.started_at,
        coalesce(paused.paused_days, 0) as paused_days,
        {{ days_between('clock.started_at', 'clock.ended_at') }} - coalesce(paused.paused_days, 0)
            as waited_days
    from clock
    left join paused using (opening_key, clock_code)

),

chosen as (

    select
        opening.*,
        case
            when not coalesce(requisition.is_evergreen, false) then '{{ rule["reopened_rule"] }}'
            when '{{ rule["evergreen_rule"] }}' = 'since_last_fill' then 'since_last_fill'
        end as clock_code
    from opening
    left join {{ ref('int_requisition__keep_newest') }} as requisition using (requisition_key)

)

select
    chosen.opening_key,
    any_value(chosen.requisition_key) as requisition_key,
    any_value(chosen.status_code) as status_code,
    any_value(chosen.opened_at) as opened_at,
    any_value(chosen.ended_at) as ended_at,
    max(timed.started_at) filter (timed.clock_code = chosen.clock_code) as clock_started_at,
    max(timed.paused_days) filter (timed.clock_code = chosen.clock_code) as paused_days,
    max(timed.waited_days) filter (timed.clock_code = chosen.clock_code) as waited_days,
    max(timed.waited_days) filter (timed.clock_code = 'first') as waited_first_days,
    max(timed.waited_days) filter (timed.clock_code = 'latest') as waited_latest_days,
    max(timed.waited_days) filter (timed.clock_code = 'since_last_fill') as waited_since_fill_days
from chosen
inner join timed using (opening_key)
group by chosen.opening_key
