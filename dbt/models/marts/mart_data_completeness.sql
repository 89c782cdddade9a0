-- How many of the newest records say what reports need, by entity, source and field.
{%- set fields = {
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
} %}
with

{% for entity, names in fields.items() %}
{{ entity }} as (

    select
        '{{ entity }}' as entity_code,
        source,
        unnest({{ names }}) as field_code,
        count(*) as n_records,
        unnest([count({{ names | join('), count(') }})]) as n_stated
    from {{ ref('int_' ~ entity ~ '__keep_newest') }}
    group by source

),

{% endfor %}
whole as (

    -- What only two records together can tell.
    select
        'hire' as entity_code,
        application.source,
        'offer' as field_code,
        count(*) as n_records,
        count(*) filter (application.application_key in (select application_key from {{ ref('fct_offer') }}))
            as n_stated
    from {{ ref('fct_application') }} as application
    where application.is_hired and not application.is_excluded
    group by application.source
    union all
    select
        'recruiting_cost' as entity_code,
        cost.source,
        'exchange_rate' as field_code,
        count(*) as n_records,
        count(placed.cost_amount) as n_stated
    from {{ ref('int_recruiting_cost__keep_newest') }} as cost
    inner join {{ ref('int_cost__place') }} as placed using (recruiting_cost_key)
    group by cost.source

),

counted as (

    select * from whole
    {% for entity in fields %}
    union all
    select * from {{ entity }}
    {% endfor %}

)

select
    entity_code,
    source,
    field_code,
    n_records,
    n_stated,
    n_records - n_stated as n_missing,
    n_stated / n_records::double as filled_share
from counted
