-- Scores of one interview and dimension by several scorers, per comparison: people among themselves,
-- one person with the machine, the machine with its own re-run on the same recording.
with score as (

    select * from {{ ref('int_dimension_score__keep_newest') }}
    where interview_key is not null
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
        interview_key,
        dimension_code,
        scorer_key,
        arg_max(score_0_1, scored_at) filter (score_purpose_code = 'assessment') as first_0_1,
        arg_max(score_0_1, scored_at) filter (score_purpose_code = 'rerun') as again_0_1
    from score
    where scorer_type_code = 'ai'
    group by interview_key, dimension_code, scorer_key

),

rated as (

    select 'human_human' as comparison_code, interview_key, dimension_code, scorer_key as rater, score_0_1
    from person
    union all
    select 'human_ai', interview_key, dimension_code, 'person', score_0_1
    from person
    where place = 1
    union all
    select 'human_ai', interview_key, dimension_code, 'ai', max(first_0_1)
    from machine
    group by interview_key, dimension_code
    union all
    select 'ai_ai', interview_key, dimension_code, 'first', first_0_1
    from machine
    union all
    select 'ai_ai', interview_key, dimension_code, 'again', again_0_1
    from machine

)

select * from rated
where score_0_1 is not null
qualify count(*) over (partition by comparison_code, interview_key, dimension_code) > 1
