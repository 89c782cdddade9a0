{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_applications()) }}"
) }}

with interview as (

    select * from {{ ref('int_interview__keep_newest') }}
    {% if is_incremental() %}
    where application_key in {{ touched_applications() }}
    {% endif %}

),

person as (

    select
        application_key,
        person_key
    from {{ ref('int_application__situate') }}
    where application_key in (select application_key from interview)

),

chain as (

    select * from {{ ref('int_interview__chain') }}
    where application_key in (select application_key from interview)

),

dimension as (

    select
        interview_key,
        application_key,
        dimension_code,
        {{ mean_score('score_0_1') }} as score_0_1
    from {{ ref('fct_dimension_score') }}
    where application_key in (select application_key from interview)
    group by interview_key, application_key, dimension_code

),

overall as (

    select
        dimension.interview_key,
        {{ overall_score('dimension.score_0_1', 'weight.weight', 'max(portrait.min_dimensions)') }}
            as overall_score_0_100
    from dimension
    left join {{ ref('int_application__portrait') }} as portrait using (application_key)
    left join {{ source('ops', 'portrait_weight') }} as weight
        using (portrait_code, portrait_version, dimension_code)
    group by dimension.interview_key

),

joined as (

    select
        interview.*,
        person.person_key,
        coalesce(chain.n_reschedules, 0) as n_reschedules,
        coalesce(chain.first_invited_at, interview.invited_at) as first_invited_at,
        interview.interview_key not in (
            select rescheduled_from_key from interview
            where rescheduled_from_key is not null
        ) as is_chain_end,
        overall.overall_score_0_100
    from interview
    left join person using (application_key)
    left join chain using (interview_key)
    left join overall using (interview_key)

)

select
    interview_key,
    application_key,
    person_key,
    source,
    interview_id,
    round::integer as round,
    interview_type_code,
    status_code,
    invited_at,
    scheduled_start_at,
    started_at,
    ended_at,
    -- From the first request to the appointment that took or will take place.
    case when is_chain_end and status_code in ('completed', 'scheduled')
        then {{ days_between('first_invited_at', 'coalesce(started_at, scheduled_start_at)') }}
    end as scheduling_delay_days,
    is_chain_end,
    n_reschedules::integer as n_reschedules,
    overall_score_0_100
from joined
