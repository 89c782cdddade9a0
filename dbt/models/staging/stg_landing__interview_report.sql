{{ landed('interview_report') }}

select
    {{ key('source_id') }} as interview_report_key,
    {{ key('application_id', source='application_source') }} as application_key,
    {{ key('interview_id', source='application_source') }} as interview_key,
    source,
    overall_stars_0_5,
    remark,
    report_uri,
    n_answers,
    n_withheld,
    n_supplements,
    counting_code,
    is_simulated,
    evaluated_at,
    {{ version_columns() }}
from landed
