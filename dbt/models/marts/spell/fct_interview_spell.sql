{{ config(materialized='view') }}

-- Appointments that replace one another are one interview: it starts with the first request, and
-- ends as its last appointment did. A view over a table that is kept up by increments.
with last_appointment as (

    select
        interview.*,
        coalesce(chain.first_invited_at, interview.invited_at) as first_invited_at
    from {{ ref('fct_interview') }} as interview
    left join {{ ref('int_interview__chain') }} as chain using (interview_key)
    where interview.is_chain_end

)

select
    interview_key,
    application_key,
    round,
    interview_type_code,
    row_number() over (
        partition by application_key
        order by coalesce(first_invited_at, scheduled_start_at), interview_key
    )::integer as sequence,
    first_invited_at as started_at,
    case when status_code <> 'scheduled' then coalesce(ended_at, scheduled_start_at) end as ended_at,
    case when status_code <> 'scheduled' then status_code end as end_type_code,
    status_code = 'scheduled' as is_open,
    n_reschedules
from last_appointment
