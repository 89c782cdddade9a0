{#
    What staging reads of an entity: its landed records. A build as of an earlier instant (`is_past`)
    sees them as they would have been seen then; an ordinary one adds nothing.
#}
{% macro landed(entity) %}
{%- set is_past = execute and var('is_past', false) -%}
with {{ 'arrived' if is_past else 'landed' }} as (

    select * from {{ source('landing', entity) }}
    where {{ is_new_load(entity) }}

)
{%- if is_past %},

{{ as_known(entity) }}
{%- endif %}
{% endmacro %}

{# What names a landed version of a record, and when its source made and changed it: in all of staging. #}
{% macro version_columns() -%}
    source_updated_at,
    source_created_at,
    is_deleted,
    load_id,
    payload_hash
{%- endmacro %}

{#
    How records looked at an instant T, from two times of record: when the source made a record,
    and when it last changed it.

    A version that the source changed by T is as it was. Of a record that was made by T and whose
    older versions nobody landed, the oldest one that did land stands in, with every dated fact
    later than T taken back. Everything else was not known yet.
#}
{% macro as_known(entity) %}
{%- set facts = later_facts().get(entity, {}) -%}
numbered as (

    select
        *,
        source_updated_at > {{ known_until() }} as is_later,
        row_number() over (
            partition by source, source_id order by source_updated_at, load_id, payload_hash
        ) as version_number
    from arrived

),

landed as (

    select * exclude (is_later, version_number) replace (
        {% for column, turns in columns_taken_back(facts.get('undo', [])).items() %}
        case
            {% for when, value in turns %}
            when is_later and {{ is_after(when) }} then {{ value }}
            {% endfor %}
            else {{ column }}
        end as {{ column }},
        {% endfor %}
        is_deleted and not is_later as is_deleted,
        if(is_later, source_created_at, source_updated_at) as source_updated_at
    )
    from numbered
    where not is_later
        or (
            version_number = 1
            and source_created_at <= {{ known_until() }}
            {% if facts.get('event') %}
            and coalesce({{ facts['event'] }} <= {{ known_until() }}, true)
            {% endif %}
        )

)
{% endmacro %}

{#
    Dated facts that a record keeps when it is overwritten, per entity. `event`: the record is an
    event, and did not exist before that time. `undo`: what a record said before the time in
    `when`; of several, the first that lies ahead decides. A fact without a time of its own came
    with the last change of the record (`source_updated_at`).
#}
{% macro later_facts() %}
    {{ return({
        'application': {'undo': [
            {'when': 'status_at', 'set': {
                'status_code': "'open'", 'stage_code': "'applied'", 'status_at': 'null',
                'rejection_reason_code': 'null',
            }},
            {'when': 'first_contact_at', 'set': {'first_contact_at': 'null'}},
            {'when': 'source_updated_at', 'set': {
                'stage_code': "if(status_code = 'open', 'applied', stage_code)",
            }},
        ]},
        'consent': {'undo': [{'when': 'withdrawn_at', 'set': {'withdrawn_at': 'null'}}]},
        'dimension_score': {'event': 'scored_at'},
        'employee': {'undo': [
            {'when': 'hired_on', 'set': {
                'status_code': "'not_started'", 'terminated_on': 'null', 'termination_type': 'null',
            }},
            {'when': 'terminated_on', 'set': {
                'status_code': "'active'", 'terminated_on': 'null', 'termination_type': 'null',
            }},
        ]},
        'employment_event': {'event': 'recorded_at'},
        'interview': {'undo': [
            {'when': 'scheduled_start_at', 'set': {
                'status_code': "'scheduled'", 'started_at': 'null', 'ended_at': 'null',
            }},
            {'when': 'started_at', 'set': {
                'status_code': "'scheduled'", 'started_at': 'null', 'ended_at': 'null',
            }},
            {'when': 'ended_at', 'set': {'status_code': "'scheduled'", 'ended_at': 'null'}},
        ]},
        'offer': {'undo': [
            {'when': 'extended_at', 'set': {
                'status_code': "'draft'", 'extended_at': 'null', 'accepted_at': 'null',
                'decided_at': 'null', 'decline_reason_code': 'null',
            }},
            {'when': 'accepted_at', 'set': {
                'status_code': "'extended'", 'accepted_at': 'null', 'decided_at': 'null',
                'decline_reason_code': 'null',
            }},
            {'when': 'decided_at', 'set': {
                'status_code': "if(extended_at is null, 'draft', if(accepted_at is null, 'extended', 'accepted'))",
                'decided_at': 'null', 'decline_reason_code': 'null',
            }},
            {'when': 'source_updated_at', 'set': {
                'status_code': "if(status_code = 'reneged', 'accepted', status_code)",
            }},
        ]},
        'opening': {'undo': [
            {'when': 'filled_at', 'set': {
                'status_code': "'open'", 'filled_application_id': 'null', 'filled_at': 'null',
                'closed_at': 'null',
            }},
            {'when': 'closed_at', 'set': {
                'status_code': "if(filled_at is null, 'open', status_code)", 'closed_at': 'null',
            }},
        ]},
        'performance_review': {'event': 'finalised_at'},
        'prediction': {'event': 'scored_at'},
        'recruiting_cost': {
            'event': 'incurred_on', 'undo': [{'when': 'paid_on', 'set': {'paid_on': 'null'}}],
        },
        'requisition': {'undo': [
            {'when': 'approved_at', 'set': {
                'status_code': "'draft'", 'approved_at': 'null', 'opened_at': 'null', 'closed_at': 'null',
            }},
            {'when': 'opened_at', 'set': {
                'status_code': "'approved'", 'opened_at': 'null', 'closed_at': 'null',
            }},
            {'when': 'closed_at', 'set': {'status_code': "'open'", 'closed_at': 'null'}},
        ]},
        'requisition_event': {'event': 'occurred_at'},
        'stage_event': {'event': 'occurred_at'},
    }) }}
{% endmacro %}

{# The same by column: each with its turns (the time of a fact, the value before it), in order. #}
{% macro columns_taken_back(undo) %}
    {% set columns = {} %}
    {% for fact in undo %}
        {% for column, value in fact['set'].items() %}
            {% do columns.setdefault(column, []).append((fact['when'], value)) %}
        {% endfor %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}

{# The instant T as SQL; not a variable, so that dbt need not parse the project for each. #}
{% macro known_until() -%}
    (select as_of from ops.build_request)
{%- endmacro %}

{# Whether the time or date in a column lies after T; a date by the business day of T. #}
{% macro is_after(column) -%}
    {%- if column.endswith('_on') -%}
    {{ column }} > {{ local_date(known_until(), "'" ~ var('default_time_zone') ~ "'") }}
    {%- else -%}
    {{ column }} > {{ known_until() }}
    {%- endif -%}
{%- endmacro %}
