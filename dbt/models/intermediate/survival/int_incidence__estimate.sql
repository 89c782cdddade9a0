-- Aalen-Johansen cumulative incidence of every series and cause, with intervals over requisitions.
select *
from (
    {{ aalen_johansen(ref('int_spell__count'), 'series_key', 'requisition_key') }}
) as curve
