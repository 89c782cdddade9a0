with screening_result as (

    select * from {{ ref('int_screening_result__keep_newest') }}

)

select
    screening_result.screening_result_key,
    screening_result.application_key,
    application.person_key,
    screening_result.rule_set_code,
    screening_result.rule_set_version,
    screening_result.rule_code,
    screening_result.is_required,
    screening_result.screening_verdict_code,
    screening_result.screening_reason_code,
    screening_result.screening_outcome_code,
    screening_result.screened_at,
    rank() over (
        partition by screening_result.application_key, screening_result.rule_set_code
        order by screening_result.screened_at desc, screening_result.rule_set_version desc
    ) = 1 as is_latest_screening
from screening_result
inner join {{ ref('int_application__situate') }} as application using (application_key)
