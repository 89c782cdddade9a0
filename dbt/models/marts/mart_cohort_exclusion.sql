-- Applications that metrics leave out, and those that a company might leave out but these do not: a
-- second application of one person for one requisition, and a withdrawal before any person acted.
with acted as (

    select application_key from {{ ref('fct_stage_event') }}
    where actor_type_code = 'person' and not is_accidental
    union
    select application_key from {{ ref('fct_interview') }}
    where status_code = 'completed' and interview_type_code <> 'ai'

),

judged as (

    select
        application.cohort_month_on,
        application.top_org_unit_key,
        application.exclusion_reason_code,
        application.person_key is not null and row_number() over (
            partition by application.person_key, application.requisition_key, application.is_excluded
            order by application.applied_at, application.application_key
        ) > 1 as is_duplicate,
        application.status_code = 'withdrawn' and acted.application_key is null as is_untouched
    from {{ ref('fct_application') }} as application
    left join acted using (application_key)

),

reason as (

    select
        *,
        exclusion_reason_code as reason_code,
        true as is_left_out
    from judged
    where exclusion_reason_code is not null
    union all
    select
        *,
        'duplicate' as reason_code,
        false as is_left_out
    from judged
    where exclusion_reason_code is null and is_duplicate
    union all
    select
        *,
        'withdrawn_before_contact' as reason_code,
        false as is_left_out
    from judged
    where exclusion_reason_code is null and is_untouched

)

select
    reason_code as exclusion_reason_code,
    cohort_month_on,
    top_org_unit_key,
    is_left_out,
    count(*) as n_applications
from reason
group by reason_code, cohort_month_on, top_org_unit_key, is_left_out
