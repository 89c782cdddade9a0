{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_applications()) }}"
) }}

-- The channel of an application as it was first recorded and as it stands now. Recruiters overwrite
-- channels; the first one that the application or its candidate profile had is the first touch.
with application as (

    select * from {{ ref('int_application__situate') }}
    {% if is_incremental() %}
    where application_key in {{ touched_applications() }}
    {% endif %}

),

version as (

    select
        application_key,
        arg_min(source_channel_code, (source_updated_at, load_id, payload_hash)) as channel_code
    from {{ ref('stg_landing__application') }}
    where source_channel_code is not null and not is_deleted
        and application_key in (select application_key from application)
    group by application_key

),

profile as (

    select
        candidate_key,
        arg_min(source_channel_code, (source_updated_at, load_id, payload_hash)) as channel_code
    from {{ ref('stg_landing__candidate') }}
    where source_channel_code is not null and not is_deleted
        and candidate_key in (select candidate_key from application)
    group by candidate_key

)

select
    application.application_key,
    coalesce(version.channel_code, profile.channel_code) as first_channel_code,
    application.source_channel_code as last_channel_code
from application
left join version using (application_key)
left join profile using (candidate_key)
