{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_applications()) }}"
) }}

-- Whose weights an application is judged by: the portrait of its job family, in the version that was
-- in force when its first score was given.
with started as (

    select
        application_key,
        min(scored_at) as first_scored_at
    from {{ ref('fct_dimension_score') }}
    {% if is_incremental() %}
    where application_key in {{ touched_applications() }}
    {% endif %}
    group by application_key

),

family as (

    select distinct
        portrait_code,
        unnest(string_split(job_family_codes, ',')) as job_family_code
    from {{ source('ops', 'portrait_weight') }}
    where job_family_codes <> ''

),

version as (

    select distinct
        portrait_code,
        portrait_version,
        effective_at,
        min_dimensions
    from {{ source('ops', 'portrait_weight') }}

),

chosen as (

    select
        started.application_key,
        started.first_scored_at,
        coalesce(family.portrait_code, 'default') as portrait_code
    from started
    left join {{ ref('int_application__situate') }} as application using (application_key)
    left join family using (job_family_code)

)

select
    chosen.application_key,
    chosen.portrait_code,
    arg_max(version.portrait_version, version.effective_at) as portrait_version,
    arg_max(version.min_dimensions, version.effective_at) as min_dimensions
from chosen
inner join version
    on chosen.portrait_code = version.portrait_code
    and chosen.first_scored_at >= version.effective_at
group by chosen.application_key, chosen.portrait_code
