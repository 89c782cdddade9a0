select
    application.source,
    application.application_id,
    prediction.model_name,
    prediction.model_version,
    prediction.probability,
    prediction.lower,
    prediction.upper,
    prediction.scored_at
from {{ ref('mart_prediction') }} as prediction
inner join {{ ref('fct_application') }} as application using (application_key)
where application.source in {{ write_back_sources() }} and not application.is_excluded
