{{ landed('person_link') }}

select
    {{ key('source_id') }} as person_link_key,
    source,
    record_a,
    record_b,
    match_weight,
    probability,
    reasons,
    model_version,
    decision as decision_code,
    decided_by as decided_by_code,
    decided_at,
    {{ version_columns() }}
from landed
