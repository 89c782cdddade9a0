-- What people did for the applications that ended in a month: moves made by a person, and
-- interviews held by people, counted once for each interview. A row without a unit is the company.
with moved as (

    select
        application_key,
        count(*) filter (actor_type_code = 'person' and not is_accidental) as n_moves
    from {{ ref('fct_stage_event') }}
    group by application_key

),

met as (

    select
        application_key,
        count(*) as n_interviews
    from {{ ref('fct_interview') }}
    where status_code = 'completed' and interview_type_code <> 'ai'
    group by application_key

),

ended as (

    select
        {{ month_of(local_date('application.resolved_at', 'situated.time_zone')) }} as month_on,
        application.top_org_unit_key,
        application.is_hired,
        coalesce(moved.n_moves, 0) + coalesce(met.n_interviews, 0) as n_touches
    from {{ ref('fct_application') }} as application
    inner join {{ ref('int_application__situate') }} as situated using (application_key)
    left join moved using (application_key)
    left join met using (application_key)
    where not application.is_excluded and application.resolved_at is not null

),

counted as (

    {{ by_month_and_unit("
        count(*) as n_resolved,
        count(*) filter (is_hired) as n_hires,
        sum(n_touches)::bigint as n_touches
    ", 'ended') }}

)

select
    month_on,
    top_org_unit_key,
    n_resolved,
    n_hires,
    n_touches,
    n_touches / n_resolved::double as touches_per_application,
    n_touches / nullif(n_hires, 0)::double as touches_per_hire
from counted
