{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_or_open_applications()) }}"
) }}

{% set first_only = var('estimates')['reentry_rule'] == 'first' %}
-- The time of each application in each stage: all its stays together, or the first alone, as
-- config/rules/estimates.yml says. Slips of the hand are none. Who came to a later stage advanced;
-- who is still there, or was moved back and is still open, has no outcome yet.
with stay as (

    select
        application_key,
        stage_code,
        stage_rank,
        {% if first_only %}
        arg_min(coalesce(duration_days, open_days), sequence) as duration_days,
        arg_min(is_open, sequence) as is_open,
        {% else %}
        round(sum(coalesce(duration_days, open_days)), 9) as duration_days,
        bool_or(is_open) as is_open,
        {% endif %}
        count(*) as n_spells
    from {{ ref('fct_stage_spell') }}
    where not is_excluded and not is_accidental and stage_code <> 'hired'
    {% if is_incremental() %}
        and application_key in {{ touched_or_open_applications() }}
    {% endif %}
    group by application_key, stage_code, stage_rank

)

select
    stay.application_key,
    stay.stage_code,
    stay.stage_rank,
    ended.cohort_month_on,
    ended.top_org_unit_key,
    ended.job_family_code,
    ended.source_channel_code,
    stay.duration_days,
    case
        when stay.is_open then null
        when ended.furthest_stage_rank > stay.stage_rank or ended.outcome_code = 'hired' then 'advanced'
        else ended.outcome_code
    end as outcome_code,
    stay.n_spells::integer as n_spells
from stay
inner join {{ ref('int_application__end') }} as ended using (application_key)
