{# Columns of every candidate and employee record of a person; `recency` orders the newest last. #}
{% macro personal_records(columns) %}
    {% for entity in ['candidate', 'employee'] %}
    select
        person.person_key,
        record.{{ columns | join(', record.') }},
        record.source_updated_at,
        (record.source_updated_at, person.record_id) as recency
    from {{ ref('int_person__resolve') }} as person
    inner join {{ ref('int_' ~ entity ~ '__keep_newest') }} as record using ({{ entity }}_key)
    {% if is_incremental() %}
    where person.person_key in {{ touched_persons() }}
    {% endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
{% endmacro %}
