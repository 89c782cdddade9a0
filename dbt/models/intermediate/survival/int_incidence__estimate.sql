-- Aalen-Johansen cumulative incidence of every series and cause, with intervals over requisitions, at
-- the last moment of each day on which anything happened; reports read whole days.
select *
from (
    {{ aalen_johansen(ref('int_spell__count'), 'series_key', 'requisition_key', by_day=true) }}
) as curve
