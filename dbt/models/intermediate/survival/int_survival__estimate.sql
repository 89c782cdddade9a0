{{ config(
    materialized='incremental',
    incremental_strategy='append',
    batch_key='series_key',
    batches=8,
    pre_hook="{{ forget_changed_series() }}"
) }}

-- Kaplan-Meier curve of every series, with intervals over requisitions. Stages passed in no time say
-- nothing about waiting. A series whose counts are the same keeps its curve.
with waited as (

    {{ changed_counts('not is_zero_length') }}

),

curve as (

    {{ kaplan_meier('waited', 'series', 'requisition') }}

)

select
    described.series_key,
    described.counts_digest,
    curve.* exclude (series)
from curve
inner join {{ ref('int_series__describe') }} as described on curve.series = hash(described.series_key)
