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
