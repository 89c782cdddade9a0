-- How many of the newest records say what reports need, by entity, source, field and the month in
-- which the record was made.
{%- set fields = stated_fields() %}
with

{% for entity, names in fields.items() %}
{{ entity }} as (

    select
        '{{ entity }}' as entity_code,
        source,
        {{ month_of(made_on(entity)) }} as month_on,
        unnest({{ names }}) as field_code,
        count(*) as n_records,
        unnest([count({{ names | join('), count(') }})]) as n_stated
    from {{ ref('int_' ~ entity ~ '__keep_newest') }}
    group by source, {{ month_of(made_on(entity)) }}

),

{% endfor %}
whole as (

    -- What only two records together can tell.
    select
        entity_code,
        source,
        month_on,
        field_code,
        count(*) as n_records,
        count(*) filter (is_stated) as n_stated
    from {{ ref('int_record__match') }}
    group by entity_code, source, month_on, field_code

),

counted as (

    select * from whole
    {% for entity in fields %}
    union all by name
    select * from {{ entity }}
    {% endfor %}

)

select
    entity_code,
    source,
    field_code,
    month_on,
    n_records,
    n_stated,
    n_records - n_stated as n_missing,
    n_stated / n_records::double as filled_share
from counted
