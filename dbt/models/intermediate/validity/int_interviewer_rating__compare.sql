{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_applications()) }}"
) }}

-- How far a person's score lies from those of the others who scored the same applicant on the same
-- dimension, the machine among them.
with score as (

    select * from {{ ref('int_dimension_score__keep_newest') }}
    where score_purpose_code <> 'rerun'
    {% if is_incremental() %}
        and application_key in {{ touched_applications() }}
    {% endif %}
    qualify row_number() over (
        partition by application_key, interview_key, dimension_code, scorer_type_code, scorer_key
        order by scored_at desc, dimension_score_key
    ) = 1

),

compared as (

    select
        score.*,
        coalesce(interview.round, 0) as round,
        count(*) over same_subject as n_scores,
        sum(score.score_0_1) over same_subject as sum_scores
    from score
    left join {{ ref('int_interview__keep_newest') }} as interview using (interview_key)
    window same_subject as (partition by score.application_key, score.dimension_code)

)

select
    dimension_score_key,
    scorer_key,
    application_key,
    interview_key,
    dimension_code,
    round,
    score_purpose_code,
    {{ local_date('scored_at', "'" ~ var('default_time_zone') ~ "'") }} as scored_on,
    score_0_1,
    case when n_scores > 1 then round(score_0_1 - (sum_scores - score_0_1) / (n_scores - 1), 9) end
        as beyond_others
from compared
where scorer_type_code = 'person' and scorer_key is not null
