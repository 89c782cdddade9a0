{# See table.sql. #}
{% materialization incremental, adapter='duckdb' %}
    {% set known = load_cached_relation(this) %}
    {% set made = this.incorporate(type='table') %}
    {{ run_hook_statements(pre_hooks) }}
    {% if is_incremental() and config.get('unique_key') %}
        {{ replace_rows(made, config.get('unique_key')) }}
    {% elif is_incremental() %}
        {{ add_rows(made, 0) }}
    {% else %}
        {{ make_table(known, made) }}
    {% endif %}
    {{ run_hook_statements(post_hooks) }}
    {{ return({'relations': [made]}) }}
{% endmaterialization %}
