{#
    Periods of validity of some columns of an entity, from its staged versions. A period starts when
    the source recorded the change; the first one when it recorded the record. Deleted records
    end. (Not dbt's snapshots: these know only what they saw when they ran.)
#}
{% macro scd2(entity, columns) %}
with version as (

    select
        {{ entity }}_key,
        {{ columns | join(',\n        ') }},
        is_deleted,
        source_created_at,
        source_updated_at
    from {{ ref('stg_landing__' ~ entity) }}
    {% if is_incremental() %}
    where {{ entity }}_key in {{ pending_keys(entity) }}
    {% endif %}
    -- Of several versions of one instant the last one counts.
    qualify row_number() over (
        partition by {{ entity }}_key, source_updated_at order by load_id desc, payload_hash desc
    ) = 1

),

dated as (

    select
        *,
        if(
            row_number() over in_order = 1,
            coalesce(least(source_created_at, source_updated_at), source_updated_at),
            source_updated_at
        ) as valid_from
    from version
    window in_order as (partition by {{ entity }}_key order by source_updated_at)

),

changed as (

    select *
    from dated
    window in_order as (partition by {{ entity }}_key order by valid_from)
    qualify row({{ columns | join(', ') }}, is_deleted)
    is distinct from lag(row({{ columns | join(', ') }}, is_deleted)) over in_order

),

followed as (

    select
        *,
        lead(valid_from) over (partition by {{ entity }}_key order by valid_from) as valid_to
    from changed

)

select
    {{ entity }}_key,
    {{ columns | join(',\n    ') }},
    valid_from,
    valid_to,
    valid_to is null as is_current
from followed
where not is_deleted
{% endmacro %}
