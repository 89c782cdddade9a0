-- Whoever reached a stage went on, was rejected, withdrew or is there.
select *
from {{ ref('mart_hiring_funnel') }}
where n_entered <> n_advanced + n_rejected + n_withdrawn + n_open
