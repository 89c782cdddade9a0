{#
    Measures per month and top unit, and per month for the whole company (unit null). Rows without
    a unit count for the company only.
#}
{% macro by_month_and_unit(measures, relation, month='month_on', condition='true') %}
    select
        {{ month }} as month_on,
        top_org_unit_key,
        {{ measures }}
    from {{ relation }}
    where {{ month }} is not null and {{ condition }}
    group by grouping sets (({{ month }}, top_org_unit_key), ({{ month }}))
    having grouping(top_org_unit_key) = 1 or top_org_unit_key is not null
{% endmacro %}
