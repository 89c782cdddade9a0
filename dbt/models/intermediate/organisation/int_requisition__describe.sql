{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='requisition_key',
    post_hook="{{ forget_gone_requisitions() }}"
) }}

-- What applications take over from their requisition. An increment rewrites only requisitions
-- for which that changed, whatever the cause, and stamps them with the number of the build.
with described as (

    select
        requisition.requisition_key,
        requisition.title,
        requisition.org_unit_key,
        nested.top_org_unit_key,
        requisition.job_family_code,
        coalesce(requisition.time_zone, '{{ var("default_time_zone") }}') as time_zone,
        requisition.is_test
    from {{ ref('int_requisition__keep_newest') }} as requisition
    left join {{ ref('int_org_unit__nest') }} as nested using (org_unit_key)

)

select
    described.*,
    (select build_number from {{ source('ops', 'build_context') }}) as build_number
from described
{% if is_incremental() %}
left join {{ this }} as known using (requisition_key)
where known.requisition_key is null
    or row(
        described.title, described.org_unit_key, described.top_org_unit_key,
        described.job_family_code, described.time_zone, described.is_test
    ) is distinct from row(
        known.title, known.org_unit_key, known.top_org_unit_key,
        known.job_family_code, known.time_zone, known.is_test
    )
{% endif %}
