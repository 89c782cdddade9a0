{#
    What reports need of each entity's records, and the day that says in which month a record was
    made: its own event, else the last time at which its source changed it.
#}
{% macro stated_fields() %}
{%- do return({
    'requisition': ['opened_at', 'recruiter_key', 'hiring_manager_key', 'org_unit_key', 'job_family_code',
        'target_fill_on'],
    'opening': ['target_fill_on'],
    'candidate': ['email', 'phone', 'source_channel_code', 'education_level_code', 'years_experience'],
    'application': ['source_channel_code', 'status_at'],
    'stage_event': ['actor_type_code'],
    'interview': ['invited_at', 'scheduled_start_at', 'interviewer_keys'],
    'dimension_score': ['interview_key', 'scorer_key'],
    'offer': ['extended_at', 'start_on'],
    'employee': ['hired_on', 'probation_end_on', 'org_unit_key', 'application_key', 'monthly_salary'],
    'performance_review': ['rating_0_1'],
    'recruiting_cost': ['source_channel_code', 'org_unit_key'],
}) -%}
{% endmacro %}

{% macro made_on(entity) -%}
{%- set instants = {
    'requisition': ['opened_at', 'approved_at'],
    'opening': ['opened_at'],
    'candidate': ['created_at'],
    'application': ['applied_at'],
    'stage_event': ['occurred_at'],
    'interview': ['invited_at', 'scheduled_start_at', 'started_at'],
    'dimension_score': ['scored_at'],
    'offer': ['extended_at'],
    'performance_review': ['finalised_at'],
} -%}
{%- set zone = "'" ~ var('default_time_zone') ~ "'" -%}
{%- set changed = local_date('source_updated_at', zone) -%}
{%- if entity == 'employee' -%}
    coalesce(hired_on, {{ changed }})
{%- elif entity == 'recruiting_cost' -%}
    incurred_on
{%- else -%}
    {{ local_date('coalesce(' ~ instants[entity] | join(', ') ~ ', source_updated_at)', zone) }}
{%- endif -%}
{%- endmacro %}
