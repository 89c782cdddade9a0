{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', moving_decisions()) }}"
) }}

-- Scores as they stood at the decision: of each score the version known then, or the oldest one we
-- have where our records begin later; nothing that was given after the decision.
with decision as (

    {{ decisions() }}

),

version as (

    select
        score.*,
        decision.decision_at,
        score.source_updated_at <= decision.decision_at as was_known
    from {{ ref('stg_landing__dimension_score') }} as score
    inner join decision using (application_key)
    where score.scored_at <= decision.decision_at and score.score_purpose_code = 'assessment'

),

known as (

    select * from version
    qualify row_number() over (
        partition by dimension_score_key
        order by
            was_known desc,
            case when was_known then source_updated_at end desc,
            case when was_known then load_id end desc,
            source_updated_at, load_id, payload_hash
    ) = 1

),

latest as (

    select * from known
    where not is_deleted
    qualify row_number() over (
        partition by application_key, interview_key, dimension_code, scorer_type_code, scorer_key
        order by scored_at desc, dimension_score_key
    ) = 1

),

dimension as (

    select
        application_key,
        dimension_code,
        {{ mean_score('score_0_1') }} as score_0_1
    from latest
    group by application_key, dimension_code

),

scorer as (

    select
        application_key,
        count(distinct scorer_type_code || ':' || coalesce(scorer_key, '')) as n_scorers
    from latest
    group by application_key

)

select
    dimension.application_key,
    {% for code in dimensions() %}
    max(score_0_1) filter (dimension_code = '{{ code }}') as {{ code }}_score_0_1,
    {% endfor %}
    count(*) filter (list_contains({{ dimensions() }}, dimension_code)) as n_dimensions_scored,
    max(score_0_1) - min(score_0_1) as score_spread,
    any_value(scorer.n_scorers) as n_scorers
from dimension
inner join scorer using (application_key)
group by dimension.application_key
