-- Kaplan-Meier curve of every series, with intervals over requisitions. Stages passed in no time say
-- nothing about waiting.
with waited as (

    select * from {{ ref('int_spell__count') }}
    where not is_zero_length

)

select *
from (
    {{ kaplan_meier('waited', 'series_key', 'requisition_key') }}
) as curve
