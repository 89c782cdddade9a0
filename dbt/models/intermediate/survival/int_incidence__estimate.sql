-- Aalen-Johansen cumulative incidence of every series and cause.
select *
from (
    {{ aalen_johansen(ref('int_spell__count'), 'series_key') }}
) as curve
