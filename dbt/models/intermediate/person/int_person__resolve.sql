-- noqa: disable=PRS
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='record_id',
    post_hook="{{ forget_gone_records() }}"
) }}

{%- set changed_candidates = pending_keys('candidate') -%}
{%- set changed_employees = pending_employees() %}

-- Records that share an identifier are one person: connected components, found by handing the
-- smallest record id along the links. A person's key is a salted hash of that id.
with recursive identifier as (

    select * from {{ ref('int_person__identify') }}

),

{% if is_incremental() %}
changed as (

    select record_id, identifier_hash from identifier
    where candidate_key in {{ changed_candidates }} or employee_key in {{ changed_employees }}

),

reached as (

    select identifier.record_id
    from identifier
    inner join (select distinct identifier_hash from changed) as given using (identifier_hash)

),

scope as (

    select record_id from reached
    union
    select record_id from {{ this }}
    where component_id in (
        select component_id from {{ this }} where record_id in (select record_id from reached)
    )

),
{% else %}
scope as (

    select distinct record_id from identifier

),
{% endif %}

scoped as (

    select identifier.*
    from identifier
    {% if is_incremental() %}
    inner join (
        select distinct identifier_hash from identifier
        where record_id in (select record_id from scope)
    ) as held using (identifier_hash)
    {% endif %}

),

hub as (

    select
        identifier_hash,
        min(record_id) filter (is_current) as record_id
    from scoped
    group by identifier_hash
    having count(*) between 2 and {{ var('identifier_max_records') }}

),

link as (

    select distinct
        scoped.record_id as from_id,
        hub.record_id as to_id
    from scoped
    inner join hub using (identifier_hash)
    where scoped.is_current and scoped.record_id <> hub.record_id

),

both_ways as (

    select from_id, to_id from link
    union
    select to_id, from_id from link

),

component (record_id, component_id) using key (record_id) as (

    select distinct from_id, from_id from both_ways
    union
    select both_ways.to_id, min(component.component_id)
    from component
    inner join both_ways on component.record_id = both_ways.from_id
    inner join recurring.component as known on known.record_id = both_ways.to_id
    where component.component_id < known.component_id
    group by both_ways.to_id

),

record as (

    select distinct record_id, candidate_key, employee_key from identifier
    where is_current and record_id in (select record_id from scope)

)

select
    record.record_id,
    record.candidate_key,
    record.employee_key,
    coalesce(component.component_id, record.record_id) as component_id,
    'p_' || left(sha256(
        (select person_salt from {{ source('ops', 'build_secret') }})
        || coalesce(component.component_id, record.record_id)
    ), 16) as person_key,
    (select build_number from {{ source('ops', 'build_context') }}) as build_number
from record
left join component using (record_id)
