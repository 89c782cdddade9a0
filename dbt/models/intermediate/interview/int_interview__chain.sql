{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_applications()) }}"
) }}

-- Interviews that replace another: how often the appointment was moved, and when it was first
-- asked for.
with recursive interview as (

    select
        interview_key,
        application_key,
        rescheduled_from_key,
        invited_at
    from {{ ref('int_interview__keep_newest') }}
    {% if is_incremental() %}
    where application_key in {{ touched_applications() }}
    {% endif %}

),

moved as (

    select * from interview
    where rescheduled_from_key in (select interview_key from interview)

),

chain as (

    select
        moved.interview_key,
        moved.application_key,
        1 as n_reschedules,
        coalesce(first.invited_at, moved.invited_at) as first_invited_at
    from moved
    inner join interview as first on moved.rescheduled_from_key = first.interview_key
    where first.interview_key not in (select interview_key from moved)
    union all
    select
        moved.interview_key,
        moved.application_key,
        chain.n_reschedules + 1 as n_reschedules,
        chain.first_invited_at
    from moved
    inner join chain on moved.rescheduled_from_key = chain.interview_key
    where chain.n_reschedules < 100

)

select * from chain
