-- Applications that a pending load reaches in any way; incremental models recompute just these.
-- A full refresh recomputes everything and needs no list.
with application as (

    select
        application_key,
        candidate_key,
        requisition_key
    from {{ ref('int_application__keep_newest') }}

),

child as (

    {% for entity in ['stage_event', 'interview', 'dimension_score', 'offer', 'employee'] %}
    select application_key from {{ ref('stg_landing__' ~ entity) }}
    where {{ entity }}_key in {{ pending_keys(entity) }}
    union all
    {% endfor %}
    select application_key from {{ ref('stg_landing__application') }}
    where {{ is_pending('application') }}

),

parent as (

    select application_key from application
    where candidate_key in {{ touched_candidates() }}
        or requisition_key in {{ pending_keys('requisition') }}
        or requisition_key in (
            select requisition_key from {{ ref('int_requisition__describe') }}
            where build_number = (select build_number from {{ source('ops', 'build_context') }})
        )

),

-- Judged by weights that were not those of the last build.
reweighed as (

    select application_key from {{ ref('stg_landing__dimension_score') }}
    where scored_at >= (select weights_changed_from from {{ source('ops', 'build_context') }})

)

select application_key from child
where application_key is not null and {{ is_increment() }}
union
select application_key from parent
where {{ is_increment() }}
union
select application_key from reweighed
where {{ is_increment() }}
