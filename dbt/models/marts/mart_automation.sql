-- Moves from stage to stage by who made them, in the month of the move. A row without a unit is the
-- whole company. Moves made by mistake are none.
with move as (

    select
        {{ month_of(local_date('event.occurred_at', 'situated.time_zone')) }} as month_on,
        situated.top_org_unit_key,
        event.actor_type_code
    from {{ ref('fct_stage_event') }} as event
    inner join {{ ref('int_application__situate') }} as situated using (application_key)
    where situated.exclusion_reason_code is null and not event.is_accidental

),

counted as (

    {{ by_month_and_unit("
        count(*) as n_moves,
        count(*) filter (actor_type_code = 'automation') as n_automated,
        count(*) filter (actor_type_code = 'person') as n_by_person,
        count(*) filter (actor_type_code = 'candidate') as n_by_candidate,
        count(*) filter (actor_type_code is null) as n_unknown_actor
    ", 'move') }}

)

select
    month_on,
    top_org_unit_key,
    n_moves,
    n_automated,
    n_by_person,
    n_by_candidate,
    n_unknown_actor,
    n_automated / n_moves::double as automation_rate
from counted
