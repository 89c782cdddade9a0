-- What an evaluated interview says beside its scores. Of several interviews the newest speaks.
with newest as (

    select *
    from {{ ref('int_interview_report__keep_newest') }}
    qualify row_number() over (
        partition by application_key order by evaluated_at desc, interview_report_key
    ) = 1

)

select
    application.source,
    application.application_id,
    newest.overall_stars_0_5,
    newest.remark,
    newest.report_uri,
    newest.evaluated_at
from {{ ref('fct_application') }} as application
inner join newest using (application_key)
where application.source in {{ write_back_sources() }} and not application.is_excluded
