-- Every score of the newest application: who scored which dimension, when, on which scale.
select
    s.dimension_code,
    s.scorer_type_code,
    s.scorer_key,
    i.interview_type_code,
    i.round,
    s.score_raw,
    s.scale_min,
    s.scale_max,
    100 * s.score_0_1 as score_0_100,
    s.scored_at
from fct_dimension_score as s
inner join talent_profile as p on s.application_key = p.application_key
left join fct_interview as i on s.interview_key = i.interview_key
where p.person_key = $person
order by s.scored_at, s.scorer_type_code, s.scorer_key, s.dimension_code
