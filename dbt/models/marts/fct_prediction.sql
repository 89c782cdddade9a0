with prediction as (

    select * from {{ ref('int_prediction__keep_newest') }}

)

select
    prediction.prediction_key,
    prediction.application_key,
    application.person_key,
    prediction.model_name,
    prediction.model_version,
    prediction.probability,
    prediction.lower,
    prediction.upper,
    prediction.base_rate,
    prediction.reasons,
    prediction.scored_at,
    row_number() over (
        partition by prediction.application_key, prediction.model_name
        order by prediction.scored_at desc, prediction.load_id desc, prediction.prediction_key
    ) = 1 as is_latest
from prediction
inner join {{ ref('int_application__situate') }} as application using (application_key)
