{#
    A build is one transaction of the whole file, in which nobody reads what is half made, and it starts from
    nothing when SQL or contracts have changed (talentloop/warehouse/recipe.py). So a table is replaced in
    place, and an increment needs no table between: dbt's own ways are safe without that, at five
    to ten statements and renamings a model.
#}

{% materialization table, adapter='duckdb' %}
    {% set made = this.incorporate(type='table') %}
    {{ run_hook_statements(pre_hooks) }}
    {{ make_table(load_cached_relation(this), made) }}
    {{ run_hook_statements(post_hooks) }}
    {{ return({'relations': [made]}) }}
{% endmaterialization %}
