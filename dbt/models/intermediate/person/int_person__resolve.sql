-- noqa: disable=PRS
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='record_id',
    post_hook="{{ forget_gone_records() }}"
) }}

{%- set changed_candidates = pending_keys('candidate') -%}
{%- set changed_employees = pending_employees() -%}
{%- set changed_links = pending_keys('person_link') %}

-- Who is whom, in two passes. Records that share an identifier are one person; so are records that
-- a link in force joins. Both are connected components, found by handing the smallest id along.
-- A person's key is a salted hash of the smallest record id.
with recursive identifier as (

    select * from {{ ref('int_person__identify') }}

),

link as (

    select *, decision_code in ('auto', 'approved') as is_in_force
    from {{ ref('int_person_link__keep_newest') }}

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
    union
    select unnest([record_a, record_b]) as record_id from link
    where person_link_key in {{ changed_links }}

),

-- A record that comes back is linked again with those it was linked with.
partnered as (

    select record_id from reached
    union
    select unnest([record_a, record_b]) as record_id from link
    where record_a in (select record_id from reached) or record_b in (select record_id from reached)

),

scope as (

    select record_id from partnered
    union
    select record_id from {{ this }}
    where component_id in (
        select component_id from {{ this }} where record_id in (select record_id from partnered)
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

-- An identifier that too many hold is an office's, a contact with two identity numbers a family's.
hub as (

    select
        identifier_hash,
        min(record_id) filter (is_current) as record_id
    from scoped
    group by identifier_hash
    having count(*) between 2 and {{ var('identifier_max_records') }}
        and count(distinct contact_national_id_hash) < 2

),

shared as (

    select distinct scoped.record_id as from_id, hub.record_id as to_id
    from scoped
    inner join hub using (identifier_hash)
    where scoped.is_current and scoped.record_id <> hub.record_id

),

{{ connected_components('exact_component', 'shared') }},

record as (

    select distinct
        identifier.record_id,
        identifier.candidate_key,
        identifier.employee_key,
        coalesce(exact_component.component_id, identifier.record_id) as exact_component_id
    from identifier
    left join exact_component on identifier.record_id = exact_component.node_id
    where identifier.is_current and identifier.record_id in (select record_id from scope)

),

linked as (

    select a.exact_component_id as from_id, b.exact_component_id as to_id
    from link
    inner join record as a on link.record_a = a.record_id
    inner join record as b on link.record_b = b.record_id
    where link.is_in_force

),

{{ connected_components('component', 'linked') }}

select
    record.record_id,
    record.candidate_key,
    record.employee_key,
    record.exact_component_id,
    coalesce(component.component_id, record.exact_component_id) as component_id,
    'p_' || left(sha256(
        (select person_salt from {{ source('ops', 'build_secret') }})
        || coalesce(component.component_id, record.exact_component_id)
    ), 16) as person_key,
    (select build_number from {{ source('ops', 'build_context') }}) as build_number
from record
left join component on record.exact_component_id = component.node_id
