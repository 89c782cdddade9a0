{% set numbered = ['requisition', 'candidate', 'application', 'interview', 'employee'] %}
{% for entity, names in stated_fields().items() %}
select
    '{{ entity }}' as entity_code,
    source,
    {{ entity }}_key as record_key,
    {{ entity ~ '_id' if entity in numbered else 'null' }} as record_number,
    unnest(list_filter([
        {% for name in names %}
        case when {{ name }} is null then '{{ name }}' end{{ ',' if not loop.last }}
        {% endfor %}
    ], lambda field: field is not null)) as field_code,
    {{ month_of(made_on(entity)) }} as month_on
from {{ ref('int_' ~ entity ~ '__keep_newest') }}
where
    {% for name in names %}
    {{ 'or ' if not loop.first }}{{ name }} is null
    {% endfor %}
union all
{% endfor %}
select
    entity_code,
    source,
    record_key,
    record_number,
    field_code,
    month_on
from {{ ref('int_record__match') }}
where not is_stated
