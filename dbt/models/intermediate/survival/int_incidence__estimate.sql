{{ config(
    materialized='incremental',
    incremental_strategy='append',
    batch_key='series_key',
    batches=8,
    pre_hook="{{ forget_changed_series() }}"
) }}

-- Aalen-Johansen cumulative incidence of every series and cause, with intervals over requisitions, at
-- the last moment of each day on which anything happened; reports read whole days. A series whose
-- counts are the same keeps its curves.
with waited as (

    {{ changed_counts() }}

),

curve as (

    {{ aalen_johansen('waited', 'series', 'requisition', by_day=true) }}

)

select
    described.series_key,
    described.counts_digest,
    curve.* exclude (series)
from curve
inner join {{ ref('int_series__describe') }} as described on curve.series = hash(described.series_key)
