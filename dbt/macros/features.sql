{# Applications whose features a build must compute anew: touched ones, and those decided "now". #}
{% macro moving_decisions() %}
    (
        select application_key from {{ ref('int_application__touch') }}
        union
        select application_key from {{ ref('int_feature__decide') }}
        where is_moving
    )
{% endmacro %}

{# Decisions whose features this build computes. #}
{% macro decisions() %}
    select * from {{ ref('int_feature__decide') }}
    {% if is_incremental() %}
    where application_key in {{ moving_decisions() }}
    {% endif %}
{% endmacro %}

{# Columns that every feature table shows in the same order: keys, then features. #}
{% macro feature_columns() -%}
    application_key,
    person_key,
    requisition_key,
    source,
    application_id,
    decision_at,
    {% for code in dimensions() %}
    {{ code }}_score_0_1,
    {% endfor %}
    n_interviews,
    n_scorers,
    score_spread,
    years_experience,
    education_rank,
    is_internal,
    source_channel_code,
    job_family_code,
    days_to_decision,
    n_reschedules,
    n_skills
{%- endmacro %}
