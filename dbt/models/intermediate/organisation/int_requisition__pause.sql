-- Intervals in which a requisition's clock stood still: held until resumed, closed until reopened.
-- A hold that has not ended has no end; a closing that was never taken back is no pause.
with event as (

    select
        requisition_key,
        event_type_code,
        occurred_at,
        lead(event_type_code) over following as next_type_code,
        lead(occurred_at) over following as next_at
    from {{ ref('int_requisition_event__keep_newest') }}
    where event_type_code in ('opened', 'held', 'resumed', 'closed', 'reopened')
    window following as (partition by requisition_key order by occurred_at, requisition_event_key)

)

select
    requisition_key,
    occurred_at as paused_at,
    next_at as resumed_at
from event
where event_type_code = 'held'
    or (event_type_code = 'closed' and next_type_code in ('reopened', 'opened', 'resumed'))
