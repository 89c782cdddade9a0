{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=[
        "{{ forget('candidate_key', pending_keys('candidate')) }}",
        "{{ forget('employee_key', pending_employees()) }}",
    ]
) }}

-- Every identifier that a candidate or employee record has ever stated. Those of older versions
-- are kept, marked as not current: an identifier that too many records have held names no person,
-- and that must not depend on which of them were corrected since.
with candidate as (

    select
        version.*,
        newest.payload_hash is not null as is_current
    from {{ ref('stg_landing__candidate') }} as version
    left join {{ ref('int_candidate__keep_newest') }} as newest
        using (candidate_key, load_id, payload_hash)
    {% if is_incremental() %}
    where candidate_key in {{ pending_keys('candidate') }}
    {% endif %}

),

employee as (

    select
        version.*,
        newest.payload_hash is not null as is_current
    from {{ ref('stg_landing__employee') }} as version
    left join {{ ref('int_employee__keep_newest') }} as newest
        using (employee_key, load_id, payload_hash)
    {% if is_incremental() %}
    where employee_key in {{ pending_employees() }}
    {% endif %}

),

application as (

    select
        version.application_key,
        version.source,
        version.candidate_id,
        newest.payload_hash is not null as is_current
    from {{ ref('stg_landing__application') }} as version
    left join {{ ref('int_application__keep_newest') }} as newest
        using (application_key, load_id, payload_hash)
    where version.application_key in (select application_key from employee)

),

stated as (

    select
        'candidate:' || source || ':' || candidate_id as record_id,
        candidate_key,
        null as employee_key,
        is_current,
        {{ national_identifier('national_id_hash') }} as national_identifier,
        unnest([
            'candidate:' || source || ':' || candidate_id,
            {{ email_identifier('email') }},
            {{ phone_identifier('phone', 'full_name') }},
            {{ national_identifier('national_id_hash') }}
        ]) as identifier
    from candidate
    union all
    select
        'employee:' || source || ':' || employee_id as record_id,
        null as candidate_key,
        employee_key,
        is_current,
        {{ national_identifier('national_id_hash') }} as national_identifier,
        unnest([
            'employee:' || source || ':' || employee_id,
            'candidate:' || source || ':' || candidate_id,
            'person_no:' || source || ':' || person_no,
            {{ email_identifier('email') }},
            {{ phone_identifier('phone', 'full_name') }},
            {{ national_identifier('national_id_hash') }}
        ]) as identifier
    from employee
    union all
    select
        'employee:' || employee.source || ':' || employee.employee_id as record_id,
        null as candidate_key,
        employee.employee_key,
        employee.is_current and application.is_current as is_current,
        null as national_identifier,
        'candidate:' || application.source || ':' || application.candidate_id as identifier
    from employee
    inner join application using (application_key)

)

select
    record_id,
    candidate_key,
    employee_key,
    md5_number(identifier) as identifier_hash,
    bool_or(is_current) as is_current,
    -- A contact that two identity numbers hold is a family's; see int_person__resolve.
    max(md5_number(national_identifier)) filter (
        is_current and (identifier like 'email:%' or identifier like 'phone:%')
    ) as contact_national_id_hash
from stated
where identifier is not null
group by all
