{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_applications()) }}"
) }}

-- Each application with what it takes over from its candidate, person and requisition.
with application as (

    select * from {{ ref('int_application__keep_newest') }}
    {% if is_incremental() %}
    where application_key in {{ touched_applications() }}
    {% endif %}

),

candidate as (

    select
        candidate_key,
        is_internal,
        source_channel_code
    from {{ ref('int_candidate__keep_newest') }}
    where candidate_key in (select candidate_key from application)

),

person as (

    select
        candidate_key,
        person_key
    from {{ ref('int_person__resolve') }}
    where candidate_key in (select candidate_key from application)

),

situated as (

    select
        application.*,
        person.person_key,
        requisition.org_unit_key,
        requisition.top_org_unit_key,
        requisition.job_family_code,
        coalesce(requisition.time_zone, '{{ var("default_time_zone") }}') as time_zone,
        coalesce(application.source_channel_code, candidate.source_channel_code) as channel_code,
        coalesce(candidate.is_internal, false)
        or coalesce(application.source_channel_code = 'internal', false) as is_internal,
        coalesce(requisition.is_test, false) as is_test
    from application
    left join candidate using (candidate_key)
    left join person using (candidate_key)
    left join {{ ref('int_requisition__describe') }} as requisition using (requisition_key)

)

select
    application_key,
    source,
    application_id,
    person_key,
    candidate_key,
    requisition_key,
    org_unit_key,
    top_org_unit_key,
    job_family_code,
    channel_code as source_channel_code,
    time_zone,
    applied_at,
    least(applied_at, first_contact_at) as first_engaged_at,
    {{ month_of(local_date('applied_at', 'time_zone')) }} as cohort_month_on,
    stage_code as reported_stage_code,
    status_code as reported_status_code,
    status_at as reported_status_at,
    is_internal,
    case
        when is_deleted then 'deleted'
        when is_test then 'test_requisition'
        when is_prospect then 'prospect'
        when is_internal then 'internal_transfer'
    end as exclusion_reason_code
from situated
