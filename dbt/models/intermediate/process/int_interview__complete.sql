-- One row per application that was asked to an AI interview, however often it was tried again: how
-- the asking ended. Without an answer by the last attempt it is still open.
with attempt as (

    select
        interview.application_key,
        interview.status_code,
        interview.started_at is not null or interview.status_code in ('completed', 'failed') as is_begun,
        interview.invited_at,
        situated.top_org_unit_key,
        situated.time_zone,
        row_number() over (
            partition by interview.application_key
            order by
                interview.status_code = 'completed' desc,
                interview.invited_at desc nulls last,
                interview.interview_key desc
        ) as recency
    from {{ ref('fct_interview') }} as interview
    inner join {{ ref('int_application__situate') }} as situated using (application_key)
    where interview.interview_type_code = 'ai' and situated.exclusion_reason_code is null

)

select
    application_key,
    any_value(top_org_unit_key) as top_org_unit_key,
    {{ month_of(local_date('min(invited_at)', 'any_value(time_zone)')) }} as month_on,
    count(*) as n_attempts,
    bool_or(is_begun) as is_begun,
    case arg_min(status_code, recency)
        when 'completed' then 'completed'
        when 'failed' then 'technical_failure'
        when 'no_show' then 'expired'
        when 'cancelled' then 'refused'
        else 'open'
    end as completion_code
from attempt
group by application_key
