-- Persons about whom a pending load says something; empty in a full refresh.
with touched as (

    select person_key from {{ ref('int_person__resolve') }}
    where build_number = (select build_number from {{ source('ops', 'build_context') }})
    union
    select person_key from {{ ref('int_application__situate') }}
    where application_key in {{ touched_applications() }}
        or application_key in (
            select application_key from {{ ref('stg_landing__prediction') }}
            where prediction_key in {{ pending_keys('prediction') }}
        )
    union
    -- Whose application it was before: an application may pass from one profile to another.
    select person_key from {{ ref('int_person__resolve') }}
    where candidate_key in (
        select candidate_key from {{ ref('stg_landing__application') }}
        where application_key in {{ pending_keys('application') }}
    )
    union
    select person.person_key
    from {{ ref('int_person__resolve') }} as person
    where person.employee_key in (
        select employee_key from {{ ref('stg_landing__performance_review') }}
        where performance_review_key in {{ pending_keys('performance_review') }}
    )

)

select person_key from touched
where person_key is not null and {{ is_increment() }}
