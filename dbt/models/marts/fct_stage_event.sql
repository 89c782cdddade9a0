{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_applications()) }}"
) }}

with event as (

    select
        *,
        {{ stage_rank('stage_code') }}::integer as stage_rank
    from {{ ref('int_stage_event__keep_newest') }}
    {% if is_incremental() %}
    where application_key in {{ touched_applications() }}
    {% endif %}

)

select
    stage_event_key,
    application_key,
    stage_code,
    stage_rank,
    occurred_at,
    row_number() over in_order::integer as sequence,
    actor_type_code,
    reason_code,
    -- A slip of the hand: within minutes the next event leads back to where it came from. A stage
    -- that is reported again is no move.
    coalesce(
        lag(stage_code) over in_order = lead(stage_code) over in_order
        and stage_code <> lag(stage_code) over in_order
        and lead(occurred_at) over in_order
        <= occurred_at + interval '{{ var("accidental_minutes") }} minutes',
        false
    ) as is_accidental
from event
window in_order as (
    partition by application_key
    order by occurred_at, sequence, stage_rank nulls last, stage_event_key
)
