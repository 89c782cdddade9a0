-- Requisitions at the ends of the last 26 whole weeks: what was open, who owned it then, and what
-- came and went in the week. Stocks are running sums of arrivals and departures.
with week as (

    select
        week_on,
        (week_on + 7)::timestamp at time zone '{{ var("default_time_zone") }}' as ends_at
    from (
        select (date_trunc('week', {{ as_of() }} at time zone '{{ var("default_time_zone") }}')::date
            - 7 * n::integer) as week_on
        from range(1, 27) as weeks (n)
    )

),

-- The week before holds all that came and went earlier.
frame as (

    select * from week
    union all
    select
        min(week_on) - 7 as week_on,
        min(ends_at) - interval 7 day as ends_at
    from week

),

application as (

    select
        requisition_key,
        {{ week_of('applied_at') }} as applied_week_on,
        {{ week_of('resolved_at') }} as resolved_week_on,
        {{ days_between('applied_at', 'resolved_at') }}::decimal(18, 6) as days
    from {{ ref('fct_application') }}
    where not is_excluded

),

moved as (

    select
        requisition_key,
        greatest(applied_week_on, (select min(week_on) from frame)) as week_on,
        count(*) as n_applied,
        0 as n_resolved,
        0::decimal(18, 6) as resolved_days
    from application
    group by all
    union all
    select
        requisition_key,
        greatest(resolved_week_on, (select min(week_on) from frame)) as week_on,
        0 as n_applied,
        count(*) as n_resolved,
        sum(days) as resolved_days
    from application
    where resolved_week_on is not null
    group by all

),

interview as (

    select
        situated.requisition_key,
        {{ week_of('interview.started_at') }} as week_on,
        count(*) as n_interviews
    from {{ ref('fct_interview') }} as interview
    inner join {{ ref('int_application__situate') }} as situated using (application_key)
    where interview.status_code = 'completed' and interview.interview_type_code <> 'ai'
        and situated.exclusion_reason_code is null
    group by all

),

spine as (

    select
        requisition.requisition_key,
        requisition.job_family_code,
        requisition.opened_at,
        requisition.closed_at,
        week.week_on,
        week.ends_at
    from {{ ref('dim_requisition') }} as requisition
    cross join frame as week
    where not requisition.is_test

),

counted as (

    select
        spine.*,
        coalesce(sum(moved.n_applied), 0) as n_applied,
        coalesce(sum(moved.n_resolved), 0) as n_resolved,
        coalesce(sum(moved.resolved_days), 0) as resolved_days
    from spine
    left join moved using (requisition_key, week_on)
    group by all

),

standing as (

    select
        *,
        sum(n_applied - n_resolved) over (partition by requisition_key order by week_on) as n_active
    from counted

),

held as (

    select distinct
        standing.requisition_key,
        standing.week_on
    from standing
    inner join {{ ref('int_requisition__pause') }} as pause
        on standing.requisition_key = pause.requisition_key
        and standing.ends_at >= pause.paused_at
        and standing.ends_at < coalesce(pause.resumed_at, timestamptz '2200-01-01 00:00:00+00')

)

select
    standing.requisition_key,
    standing.week_on,
    owner.recruiter_key,
    coalesce(weight.difficulty_weight, rule.default_difficulty_weight) as difficulty_weight,
    standing.opened_at <= standing.ends_at and coalesce(standing.closed_at > standing.ends_at, true)
    and held.requisition_key is null as is_open,
    standing.n_active::bigint as n_active,
    standing.n_applied::bigint as n_applied,
    standing.n_resolved::bigint as n_resolved,
    standing.resolved_days::double as resolved_days,
    coalesce(interview.n_interviews, 0) as n_interviews
from standing
cross join {{ source('ops', 'hiring_rule') }} as rule
left join {{ source('ops', 'difficulty_weight') }} as weight using (job_family_code)
left join held using (requisition_key, week_on)
left join interview using (requisition_key, week_on)
asof left join {{ ref('int_requisition__own') }} as owner
    on standing.requisition_key = owner.requisition_key
    and standing.ends_at >= owner.owned_from_at
where standing.week_on >= (select min(week_on) from week)
