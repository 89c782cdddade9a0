{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=[
        "{{ forget('person_key', touched_persons()) }}",
        "{{ forget_gone_persons() }}",
    ]
) }}

-- What a person's applications say: the latest one, the latest one with scores, and counts.
with application as (

    select * from {{ ref('fct_application') }}
    where (not is_excluded or is_internal)
    {% if is_incremental() %}
        and person_key in {{ touched_persons() }}
    {% else %}
        and person_key is not null
    {% endif %}

),

latest as (

    select * from application
    qualify row_number() over (partition by person_key order by applied_at desc, application_key) = 1

),

counted as (

    select
        person_key,
        count(*) as n_applications
    from application
    group by person_key

),

interviewed as (

    select
        person_key,
        count(*) as n_interviews,
        max(coalesce(started_at, scheduled_start_at)) as last_interview_at
    from {{ ref('fct_interview') }}
    where status_code = 'completed'
        and application_key in (select application_key from application)
    group by person_key

),

scored as (

    select
        application.person_key,
        score.*
    from {{ ref('int_application__score') }} as score
    inner join application using (application_key)
    qualify row_number() over (
        partition by application.person_key
        order by score.last_scored_at desc, score.application_key
    ) = 1

)

select
    latest.person_key,
    latest.application_key,
    latest.requisition_key,
    latest.org_unit_key,
    latest.top_org_unit_key,
    latest.job_family_code,
    latest.applied_at,
    latest.status_code,
    latest.current_stage_code as stage_code,
    counted.n_applications,
    coalesce(interviewed.n_interviews, 0) as n_interviews,
    interviewed.last_interview_at,
    {% for code in dimensions() %}
    scored.{{ code }}_score_0_1,
    {% endfor %}
    scored.n_dimensions_scored,
    scored.overall_score_0_100,
    scored.n_scorers,
    scored.last_scored_at
from latest
inner join counted using (person_key)
left join interviewed using (person_key)
left join scored using (person_key)
