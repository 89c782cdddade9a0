{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', moving_decisions()) }}"
) }}

-- The candidate's profile as it stood at the decision, chosen as in int_feature__score.
with decision as (

    {{ decisions() }}

),

version as (

    select
        decision.application_key,
        candidate.*,
        candidate.source_updated_at <= decision.decision_at as was_known
    from decision
    inner join {{ ref('stg_landing__candidate') }} as candidate using (candidate_key)
    where not candidate.is_deleted

),

known as (

    select * from version
    qualify row_number() over (
        partition by application_key
        order by
            was_known desc,
            case when was_known then source_updated_at end desc,
            case when was_known then load_id end desc,
            source_updated_at, load_id, payload_hash
    ) = 1

)

select
    application_key,
    years_experience,
    list_position(['below_bachelor', 'bachelor', 'master', 'doctor'], education_level_code) - 1
        as education_rank,
    len(skills) as n_skills
from known
