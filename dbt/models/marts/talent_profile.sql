{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=[
        "{{ forget('person_key', touched_persons()) }}",
        "{{ forget_gone_persons() }}",
    ]
) }}

with person as (

    select person_key from {{ ref('dim_person') }}
    {% if is_incremental() %}
    where person_key in {{ touched_persons() }}
    {% endif %}

),

candidate as (

    select * from {{ ref('dim_candidate') }}
    where person_key in (select person_key from person)
    qualify row_number() over (
        partition by person_key
        order by created_at desc nulls last, candidate_key
    ) = 1

),

applied as (

    select * from {{ ref('int_person__apply') }}
    where person_key in (select person_key from person)

),

advice as (

    select
        person_key,
        {% for model in ['performance_6m', 'probation_attrition'] %}
        {% for value in ['probability', 'lower', 'upper'] %}
        arg_max({{ value }}, (scored_at, application_key)) filter (model_name = '{{ model }}')
            as {{ model }}_{{ value }}{{ ',' if not (loop.last and model == 'probation_attrition') }}
        {% endfor %}
        {% endfor %}
    from {{ ref('fct_prediction') }}
    where is_latest and person_key in (select person_key from person)
    group by person_key

)

select
    person.person_key,
    candidate.education_level_code,
    candidate.major,
    candidate.years_experience,
    candidate.skills,
    candidate.source_channel_code,
    applied.application_key,
    applied.requisition_key,
    requisition.title as requisition_title,
    applied.org_unit_key,
    applied.top_org_unit_key,
    applied.job_family_code,
    applied.applied_at,
    applied.status_code,
    applied.stage_code,
    coalesce(applied.n_applications, 0)::integer as n_applications,
    coalesce(applied.n_interviews, 0)::integer as n_interviews,
    applied.last_interview_at,
    {% for code in dimensions() %}
    round(100 * applied.{{ code }}_score_0_1, 2) as {{ code }}_score_0_100,
    {% endfor %}
    applied.overall_score_0_100,
    coalesce(applied.n_scorers, 0)::integer as n_scorers,
    coalesce(applied.overall_score_0_100 >= rule.min_score_0_100, false) as is_high_potential,
    rule.rule_version as tag_rule_version,
    case
        when applied.status_code = 'open' then 'open'
        when work.is_employed then 'hired'
        when coalesce(applied.status_code, 'hired') = 'hired' and work.terminated_on is not null then 'left'
        else coalesce(applied.status_code, 'left')
    end as outcome_code,
    work.hired_on,
    work.terminated_on,
    work.performance_month_3_0_1,
    work.performance_month_6_0_1,
    work.performance_month_12_0_1,
    advice.* exclude (person_key)
from person
left join candidate using (person_key)
left join applied using (person_key)
left join {{ ref('int_requisition__describe') }} as requisition using (requisition_key)
left join {{ ref('int_person__work') }} as work using (person_key)
left join advice using (person_key)
cross join {{ source('ops', 'tag_rule') }} as rule
