{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_applications()) }}"
) }}

with score as (

    select * from {{ ref('int_dimension_score__keep_newest') }}
    where score_purpose_code = 'assessment'
    {% if is_incremental() %}
        and application_key in {{ touched_applications() }}
    {% endif %}

),

person as (

    select
        application_key,
        person_key
    from {{ ref('int_application__situate') }}
    where application_key in (select application_key from score)

)

select
    score.dimension_score_key,
    score.interview_key,
    score.application_key,
    person.person_key,
    score.dimension_code,
    score.scorer_type_code,
    score.scorer_key,
    score.score_raw,
    score.scale_min,
    score.scale_max,
    score.score_0_1,
    score.scored_at
from score
left join person using (application_key)
