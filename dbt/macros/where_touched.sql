{#
    Tests on incremental tables look at what the build has rewritten: `where: touched applications`
    or `where: touched persons`. A full build has rewritten everything. (No ref(): the lists are
    upstream of every model that is tested so.)
#}
{% macro get_where_subquery(relation) -%}
    {% set where = config.get('where', '') %}
    {% set kind = {'touched applications': 'application', 'touched persons': 'person'}.get(where) %}
    {% if kind %}
        {% set touched = 'intermediate.int_' ~ kind ~ '__touch' %}
        {% set where = kind ~ '_key in (select ' ~ kind ~ '_key from ' ~ touched ~ ')' %}
    {% endif %}
    {%- if not where or (kind and builds_everything()) -%}
        {{ relation }}
    {%- else -%}
        (select * from {{ relation }} where {{ where }}) as dbt_subquery
    {%- endif -%}
{%- endmacro %}
