{{ config(materialized='view') }}

select
    application_key,
    person_key,
    model_name,
    model_version,
    probability,
    lower,
    upper,
    base_rate,
    reasons,
    scored_at,
    is_latest
from {{ ref('fct_prediction') }}
where is_latest
