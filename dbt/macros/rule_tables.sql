{# The enterprise's rules on costs and hiring as tables of schema `ops`; see config/rules. #}
{% macro prepare_rules() %}
    {% if flags.WHICH in ('build', 'run') %}
    {% set cost, hiring = var('cost'), var('hiring') %}
    create or replace table ops.exchange_rate as
    from (values
        ('{{ cost["currency"] }}', date '1900-01-01', 1::double)
        {% for rate in cost['exchange_rates'] %}
        , ('{{ rate["currency"] }}', date '{{ rate["valid_from"] }}', {{ rate['rate'] }}::double)
        {% endfor %}
    ) as rate (amount_currency_code, valid_from, rate);
    create or replace table ops.cost_type as
    from (values
        {% for type in cost['types'] %}
        (
            '{{ type["code"] }}', '{{ type["allocate_by"] }}', {{ 'standard' in type['lists'] }},
            {{ 'internal_use' in type['lists'] }}, {{ 'comparable' in type['lists'] }}
        ){{ ',' if not loop.last }}
        {% endfor %}
    ) as type (cost_type_code, allocate_by_code, is_standard, is_internal_use, is_comparable);
    create or replace table ops.hiring_rule as
    select
        {{ hiring['offer_valid_days'] }} as offer_valid_days,
        {{ hiring['scorecard_due_hours'] }} as scorecard_due_hours,
        {{ hiring['other_share_alert'] }}::double as other_share_alert,
        {{ hiring['difficulty_weight']['default'] }}::double as default_difficulty_weight,
        {{ hiring['critical_job_codes'] }}::varchar[] as critical_job_codes;
    create or replace table ops.difficulty_weight (job_family_code varchar, difficulty_weight double);
    {% for family, weight in hiring['difficulty_weight']['job_family'].items() %}
    insert into ops.difficulty_weight values ('{{ family }}', {{ weight }});
    {% endfor %}
    create or replace table ops.quality_weight (component_code varchar, weight double);
    {% for component, weight in hiring['quality_of_hire_weights'].items() %}
    insert into ops.quality_weight values ('{{ component }}', {{ weight }});
    {% endfor %}
    {% endif %}
{% endmacro %}
