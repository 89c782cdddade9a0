-- Finalised performance reviews of the person, oldest first.
select
    v.review_type_code,
    v.cycle_code,
    v.months_since_start,
    v.finalised_at,
    v.rating_raw,
    v.scale_min,
    v.scale_max,
    100 * v.rating_0_1 as rating_0_100,
    v.rating_z
from fct_performance_review as v
where v.person_key = $person
order by v.finalised_at
