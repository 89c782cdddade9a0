-- What interviews say beside their scores, under the key of their results there.
select
    newest.candidate_id || '|' || report.application_id as result_key,
    report.source,
    report.overall_stars_0_5,
    report.remark,
    report.report_uri
from {{ ref('exp_successfactors__interview_report') }} as report
inner join {{ ref('int_application__keep_newest') }} as newest using (source, application_id)
