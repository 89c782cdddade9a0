{{ landed('prediction') }}

select
    {{ key('source_id') }} as prediction_key,
    {{ key('application_id', source='application_source') }} as application_key,
    source,
    model_name,
    model_version,
    probability,
    lower,
    upper,
    base_rate,
    reasons,
    scored_at,
    {{ version_columns() }}
from landed
