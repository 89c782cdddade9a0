-- The clock of each opening: from its opening to acceptance, to its closing without a hire, or to
-- now; days on hold are not counted, whether it was filled or not. An acceptance that was broken
-- leaves the clock running from the first opening.
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

paused as (

    select
        opening.opening_key,
        sum({{ days_between(
            'greatest(pause.paused_at, opening.opened_at)',
            'least(pause.resumed_at, opening.ended_at)'
        ) }}) as paused_days
    from opening
    inner join {{ ref('int_requisition__pause') }} as pause using (requisition_key)
    where pause.paused_at < opening.ended_at
        and coalesce(pause.resumed_at, opening.ended_at) > opening.opened_at
    group by opening.opening_key

)

select
    opening.opening_key,
    opening.requisition_key,
    opening.status_code,
    opening.opened_at,
    opening.ended_at,
    coalesce(paused.paused_days, 0) as paused_days,
    {{ days_between('opening.opened_at', 'opening.ended_at') }} - coalesce(paused.paused_days, 0)
        as waited_days
from opening
left join paused using (opening_key)
