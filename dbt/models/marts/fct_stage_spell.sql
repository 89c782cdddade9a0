{{ config(materialized='view') }}

-- A view, because the age of an open spell changes with every build.
select
    stage_spell_key,
    application_key,
    stage_code,
    stage_rank,
    sequence,
    entered_at,
    exited_at,
    exit_type_code,
    duration_days,
    case when is_open then {{ days_between('entered_at', as_of()) }} end as open_days,
    is_open,
    is_reentry,
    is_accidental,
    coalesce(exited_at = entered_at and stage_code <> 'hired', false) as is_catch_up,
    cohort_month_on,
    top_org_unit_key,
    job_family_code,
    source_channel_code,
    is_excluded
from {{ ref('int_stage_spell__derive') }}
