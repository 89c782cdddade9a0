{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_applications()) }}"
) }}

-- From events to spells. The log is the truth; where it says less than the record of the
-- application (no first stage, no end), the record fills in. An open spell has no end. A slip of
-- the hand does not interrupt the spell it left: it is a flagged spell of its own beside it.
with application as (

    select * from {{ ref('int_application__situate') }}
    {% if is_incremental() %}
    where application_key in {{ touched_applications() }}
    {% endif %}

),

logged as (

    select
        application_key,
        stage_code,
        occurred_at,
        sequence,
        is_accidental
    from {{ ref('fct_stage_event') }}
    where application_key in (select application_key from application)

),

summary as (

    select
        application_key,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        arg_min(stage_code, sequence) as first_stage_code,
        arg_max(stage_code, sequence) as last_stage_code
    from logged
    group by application_key

),

reported as (

    select * from application left join summary using (application_key)

),

complete as (

    select * from logged
    union all
    select
        application_key,
        'applied' as stage_code,
        least(applied_at, first_at) as occurred_at,
        -2 as sequence,
        false as is_accidental
    from reported
    where first_stage_code is null or first_stage_code in ('rejected', 'withdrawn')
    union all
    select
        application_key,
        reported_stage_code as stage_code,
        greatest(applied_at, reported_status_at) as occurred_at,
        -1 as sequence,
        false as is_accidental
    from reported
    where last_stage_code is null and reported_stage_code not in ('applied', 'rejected', 'withdrawn', 'hired')
    union all
    select
        application_key,
        reported_status_code as stage_code,
        greatest(applied_at, reported_status_at, last_at) as occurred_at,
        2147483647 as sequence,
        false as is_accidental
    from reported
    where reported_status_code <> 'open' and reported_status_code is distinct from last_stage_code

),

moved as (

    select * from complete
    where not is_accidental
    window in_order as (partition by application_key order by sequence)
    qualify stage_code is distinct from lag(stage_code) over in_order

),

followed as (

    select
        *,
        lead(stage_code) over in_order as next_stage_code,
        lead(occurred_at) over in_order as next_at,
        row_number() over (partition by application_key, stage_code order by sequence) > 1 as is_reentry
    from moved
    window in_order as (partition by application_key order by sequence)
    union all
    select
        *,
        lead(stage_code) over with_slips as next_stage_code,
        lead(occurred_at) over with_slips as next_at,
        false as is_reentry
    from complete
    where application_key in (
        select application_key from complete
        where is_accidental
    )
    window with_slips as (partition by application_key order by sequence)
    qualify is_accidental

),

spell as (

    select
        application_key,
        stage_code,
        {{ stage_rank('stage_code') }}::integer as stage_rank,
        row_number() over (partition by application_key order by sequence)::integer as sequence,
        occurred_at as entered_at,
        -- A hire ends the process: that last spell has no length.
        coalesce(next_at, case when stage_code = 'hired' then occurred_at end) as exited_at,
        {{ exit_type('stage_code', 'next_stage_code') }} as exit_type_code,
        is_reentry,
        is_accidental
    from followed
    where {{ stage_rank('stage_code') }} is not null

)

select
    md5(spell.application_key || ':' || spell.sequence) as stage_spell_key,
    spell.*,
    {{ days_between('spell.entered_at', 'spell.exited_at') }} as duration_days,
    spell.exited_at is null as is_open,
    application.cohort_month_on,
    application.top_org_unit_key,
    application.job_family_code,
    application.source_channel_code,
    application.exclusion_reason_code is not null as is_excluded
from spell
inner join application using (application_key)
