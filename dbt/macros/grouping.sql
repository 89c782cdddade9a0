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
    where {{ month }} is not null and top_org_unit_key is not null and {{ condition }}
    group by {{ month }}, top_org_unit_key
    union all
    select
        {{ month }} as month_on,
        null as top_org_unit_key,
        {{ measures }}
    from {{ relation }}
    where {{ month }} is not null and {{ condition }}
    group by {{ month }}
{% endmacro %}
