{# What the materializations in dbt/materializations are made of. #}

{# Each hook by itself, and as it reads now: an earlier one may have changed what it refers to. #}
{% macro run_hook_statements(hooks) %}
    {% for hook in hooks %}
        {% set text = render(hook.get('sql')) | trim %}
        {% if text %}
            {% call statement(auto_begin=False) %}{{ text }}{% endcall %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{#
    The model as a table, in place of what stood there. Its contract is compared with the SQL where it
    may differ: in builds from nothing, and of chosen models; its constraints hold in all.
#}
{% macro make_table(known, made) %}
    {% set contract = config.get('contract') %}
    {% set is_new = known is none or should_full_refresh() or not is_whole_build() %}
    {% if contract.enforced and is_new %}
        {{ get_assert_columns_equivalent(sql) }}
    {% endif %}
    {% if known is not none and not known.is_table %}
        {% do adapter.drop_relation(known) %}
    {% endif %}
    {% call statement('main', auto_begin=False) %}
        {% if contract.enforced %}
            create or replace table {{ made }} {{ get_table_columns_and_constraints() }};
            insert into {{ made }} {{ get_column_names() }} (
                {{ get_select_subquery(sql) }}
            )
        {% else %}
            create or replace table {{ made }} as (
                {{ batch(0) }}
            )
        {% endif %}
    {% endcall %}
    {{ add_rows(made, 1) }}
{% endmacro %}

{# The model's rows into a table that stands, batch by batch from the one with this number on. #}
{% macro add_rows(made, first) %}
    {% for number in range(first, config.get('batches', 1)) %}
        {% call statement('main', auto_begin=False) %}
            insert into {{ made }} by name (
                {{ batch(number) }}
            )
        {% endcall %}
    {% endfor %}
{% endmacro %}

{# The model's rows in place of those with the same key: `delete+insert`. #}
{% macro replace_rows(made, key) %}
    {% set rows = made.identifier ~ '__rows' %}
    {% call statement('main', auto_begin=False) %}
        create or replace temporary table {{ rows }} as (
            {{ sql }}
        );
        delete from {{ made }} where {{ key }} in (select {{ key }} from {{ rows }});
        insert into {{ made }} by name from {{ rows }};
        drop table {{ rows }}
    {% endcall %}
{% endmacro %}

{#
    What needs more memory at once than a build may take is made in parts: a model with `batch_key` and
    `batches` has `in_batch()` among its conditions, and is computed for a share of the keys at a time.
#}
{% macro in_batch() -%}
    true /* batch */
{%- endmacro %}

{% macro batch(number) -%}
    {%- set share = 'hash(' ~ config.get('batch_key') ~ ') % ' ~ config.get('batches') ~ ' = ' ~ number -%}
    {{ sql.replace(in_batch(), share) }}
{%- endmacro %}
