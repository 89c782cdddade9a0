{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_applications()) }}"
) }}

with event as (

    select
        *,
        {{ stage_rank('stage_code') }} as stage_rank
    from {{ ref('int_stage_event__keep_newest') }}
    {% if is_incremental() %}
    where application_key in {{ touched_applications() }}
    {% endif %}

)

select
    stage_event_key,
    application_key,
    stage_code,
    stage_rank::integer as stage_rank,
    occurred_at,
    row_number() over (
        partition by application_key
        order by occurred_at, sequence, stage_rank nulls last, stage_event_key
    )::integer as sequence,
    actor_type_code,
    reason_code
from event
