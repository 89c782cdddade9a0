{# Loads of an entity that this model has not taken in yet; for staging. #}
{% macro is_new_load(entity) %}
    (load_id, source) in (
        {% if is_incremental() %}
        select load_id, source from {{ source('ops', 'pending_load') }} where entity = '{{ entity }}'
        except
        select load_id, source from {{ this }}
        {% else %}
        select load_id, source from {{ source('ops', 'passed_load') }} where entity = '{{ entity }}'
        {% endif %}
    )
{% endmacro %}

{# A staged row that came with a pending load. #}
{% macro is_pending(entity) %}
    (load_id, source) in (
        select load_id, source from {{ source('ops', 'pending_load') }} where entity = '{{ entity }}'
    )
{% endmacro %}

{# Keys of the records of an entity that a pending load brought, as a subquery. #}
{% macro pending_keys(entity, key=none) %}
    (
        select {{ key or entity ~ '_key' }} from {{ ref('stg_landing__' ~ entity) }}
        where {{ is_pending(entity) }}
    )
{% endmacro %}

{# Pre-hook: forget the rows of this table that its own query is about to compute anew. #}
{% macro forget(key, keys) %}
    {% if is_incremental() %}
    delete from {{ this }} where {{ key }} in {{ keys }}
    {% endif %}
{% endmacro %}

{# Subqueries of what a change reaches. #}
{% macro touched_applications() %}
    (select application_key from {{ ref('int_application__touch') }})
{% endmacro %}

{# Applications whose waits go on: what depends on how long may have changed without any record. #}
{% macro touched_or_open_applications() %}
    (
        select application_key from {{ ref('int_application__touch') }}
        union
        select application_key from {{ ref('fct_application') }} where is_open
    )
{% endmacro %}

{% macro touched_persons() %}
    (select person_key from {{ ref('int_person__touch') }})
{% endmacro %}

{#
    The newest version of each record of an entity: by the source's own time of change, then by
    load. Deleted records are left out unless asked for.
#}
{% macro keep_newest(entity, with_deleted=false) %}
with versions as (

    select * from {{ ref('stg_landing__' ~ entity) }}
    {% if is_incremental() %}
    where {{ entity }}_key in {{ pending_keys(entity) }}
    {% endif %}

),

ranked as (

    select
        *,
        row_number() over (
            partition by {{ entity }}_key
            order by source_updated_at desc, load_id desc, payload_hash desc
        ) as recency
    from versions

)

select * exclude (recency, source_created_at)
from ranked
where recency = 1
{%- if not with_deleted %} and not is_deleted {%- endif %}
{% endmacro %}

{# Employees that came with a pending load, or whose application did. #}
{% macro pending_employees() %}
    (
        select employee_key from {{ ref('stg_landing__employee') }}
        where {{ is_pending('employee') }} or application_key in {{ pending_keys('application') }}
    )
{% endmacro %}

{# Post-hook of int_person__resolve: records that no longer exist belong to nobody. #}
{% macro forget_gone_records() %}
    {% if is_incremental() %}
    delete from {{ this }}
    where (candidate_key in {{ pending_keys('candidate') }} or employee_key in {{ pending_employees() }})
        and record_id not in (
            select record_id from {{ ref('int_person__identify') }} where is_current
        )
    {% endif %}
{% endmacro %}

{# Post-hook of int_requisition__describe: requisitions that no longer exist. #}
{% macro forget_gone_requisitions() %}
    {% if is_incremental() %}
    delete from {{ this }}
    where requisition_key not in (
        select requisition_key from {{ ref('int_requisition__keep_newest') }}
    )
    {% endif %}
{% endmacro %}

{# Whether this build computes everything: a full refresh, or the first build of a file. #}
{% macro builds_everything() %}
    {% if execute and flags.WHICH in ('build', 'run', 'compile') %}
        {{ return(run_query('select is_full from ops.build_context').rows[0][0]) }}
    {% endif %}
    {{ return(false) }}
{% endmacro %}

{# Lists of what a change touches stay empty where everything is computed. #}
{% macro is_increment() -%}
    {{ 'false' if builds_everything() else 'true' }}
{%- endmacro %}

{# Candidates that came with a pending load, or whose person may have changed. #}
{% macro touched_candidates() %}
    (
        select candidate_key from {{ ref('stg_landing__candidate') }}
        where {{ is_pending('candidate') }}
        union
        select candidate_key from {{ ref('int_person__resolve') }}
        where candidate_key is not null
            and build_number = (select build_number from {{ source('ops', 'build_context') }})
    )
{% endmacro %}

{# Persons that were merged into others, or are gone. #}
{% macro forget_gone_persons() %}
    {% set known = ref('int_person__resolve') %}
    {% if is_incremental() %}
    delete from {{ this }} where person_key not in (select person_key from {{ known }})
    {% endif %}
{% endmacro %}
