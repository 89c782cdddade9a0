{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_applications()) }}"
) }}

-- Scores of one interview and dimension by several scorers, per comparison: people among themselves,
-- one person with the machine, the machine with its own re-run on the same recording.
with score as (

    select * from {{ ref('int_dimension_score__keep_newest') }}
    where interview_key is not null
    {% if is_incremental() %}
        and application_key in {{ touched_applications() }}
    {% endif %}
    qualify row_number() over (
        partition by interview_key, dimension_code, scorer_type_code, scorer_key, score_purpose_code
        order by scored_at desc, dimension_score_key
    ) = 1

),

person as (

    select
        *,
        row_number() over (
            partition by interview_key, dimension_code order by scored_at, scorer_key
        ) as place
    from score
    where scorer_type_code = 'person' and scorer_key is not null

),

machine as (

    select
        application_key,
        interview_key,
        dimension_code,
        scorer_key,
        arg_max(score_0_1, scored_at) filter (score_purpose_code = 'assessment') as first_0_1,
        arg_max(score_0_1, scored_at) filter (score_purpose_code = 'rerun') as again_0_1
    from score
    where scorer_type_code = 'ai'
    group by application_key, interview_key, dimension_code, scorer_key

),

-- One row per comparison that a score takes part in, under the name of its rater there.
placed as (

    select
        application_key,
        interview_key,
        dimension_code,
        score_0_1,
        unnest([
            struct_pack(comparison_code := 'human_human', rater := scorer_key),
            struct_pack(
                comparison_code := case when place = 1 then 'human_ai' end, rater := 'person'
            )
        ]) as part
    from person
    union all
    select
        application_key,
        interview_key,
        dimension_code,
        first_0_1 as score_0_1,
        unnest([
            struct_pack(comparison_code := 'human_ai', rater := 'ai'),
            struct_pack(comparison_code := 'ai_ai', rater := 'first')
        ]) as part
    from machine
    union all
    select
        application_key,
        interview_key,
        dimension_code,
        again_0_1 as score_0_1,
        struct_pack(comparison_code := 'ai_ai', rater := 'again') as part
    from machine

),

rated as (

    select
        placed.part.comparison_code,
        placed.application_key,
        placed.interview_key,
        placed.dimension_code,
        placed.part.rater,
        -- Two machines on one interview: the mean stands for both.
        avg(placed.score_0_1) as score_0_1
    from placed
    where placed.score_0_1 is not null and placed.part.comparison_code is not null
    group by all

)

select * from rated
qualify count(*) over (partition by comparison_code, interview_key, dimension_code) > 1
