{{ landed('screening_result') }}

select
    {{ key('source_id') }} as screening_result_key,
    {{ key('application_id', source='application_source') }} as application_key,
    source,
    rule_set_code,
    rule_set_version,
    rule_code,
    is_required,
    screening_verdict_code,
    screening_reason_code,
    screening_outcome_code,
    screened_at,
    {{ version_columns() }}
from landed
