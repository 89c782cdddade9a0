{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=[
        "{{ forget('person_key', touched_persons()) }}",
        "{{ forget_gone_persons() }}",
    ]
) }}

with record as (

    select
        person_key,
        count(candidate_key) as n_candidates,
        count(employee_key) as n_employments
    from {{ ref('int_person__resolve') }}
    {% if is_incremental() %}
    where person_key in {{ touched_persons() }}
    {% endif %}
    group by person_key

),

application as (

    select
        person_key,
        count(*) filter (not is_excluded or is_internal) as n_applications,
        min(applied_at) as first_applied_at
    from {{ ref('fct_application') }}
    where person_key in (select person_key from record)
    group by person_key

),

candidate as (

    select
        person_key,
        min(created_at) as first_created_at
    from {{ ref('dim_candidate') }}
    where person_key in (select person_key from record)
    group by person_key

),

employment as (

    select
        person_key,
        min(hired_on) as first_hired_on,
        bool_or(is_rehire) as is_rehire
    from {{ ref('dim_employee') }}
    where person_key in (select person_key from record)
    group by person_key

)

select
    record.person_key,
    least(
        candidate.first_created_at, application.first_applied_at, employment.first_hired_on::timestamptz
    ) as first_seen_at,
    record.n_candidates::integer as n_candidates,
    coalesce(application.n_applications, 0)::integer as n_applications,
    record.n_employments::integer as n_employments,
    coalesce(employment.is_rehire, false) as is_rehire
from record
left join application using (person_key)
left join candidate using (person_key)
left join employment using (person_key)
