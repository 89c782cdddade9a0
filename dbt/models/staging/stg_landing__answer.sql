-- No model reads it yet: as a view it costs the build nothing.
{{ config(materialized='view') }}

with landed as (

    select * from {{ source('landing', 'answer') }}
    where {{ is_new_load('answer') }}

)

select
    {{ key('source_id') }} as answer_key,
    {{ key('interview_id') }} as interview_key,
    source,
    question_code,
    answered_at,
    duration_seconds,
    source_updated_at,
    is_deleted,
    load_id,
    payload_hash
from landed
