-- How far a person's score lies from what is usual in its place: the same dimension, round and
-- purpose. (Later rounds see only who passed the earlier ones.)
with usual as (

    select
        dimension_code,
        round,
        score_purpose_code,
        avg(score_0_1) as score_0_1,
        avg(beyond_others) as beyond_others
    from {{ ref('int_interviewer_rating__compare') }}
    group by dimension_code, round, score_purpose_code

)

select
    person.dimension_score_key,
    person.scorer_key,
    person.application_key,
    person.interview_key,
    person.dimension_code,
    person.scored_on,
    person.score_0_1,
    round(person.score_0_1 - usual.score_0_1, 9) as from_usual,
    round(person.beyond_others - usual.beyond_others, 9) as from_others
from {{ ref('int_interviewer_rating__compare') }} as person
inner join usual
    on person.dimension_code = usual.dimension_code
    and person.round = usual.round
    and person.score_purpose_code = usual.score_purpose_code
