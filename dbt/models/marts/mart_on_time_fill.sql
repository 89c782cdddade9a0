-- Seats whose date at opening has come, by that date's month. A row without a unit is the whole
-- company. Against the date as it stands now the same seats may look better.
with due as (

    select
        {{ month_of('target.first_target_on') }} as month_on,
        requisition.top_org_unit_key,
        target.first_target_on,
        target.last_target_on,
        {{ local_date('opening.filled_at', 'requisition.time_zone') }} as filled_on,
        target.n_target_changes
    from {{ ref('int_opening__target') }} as target
    inner join {{ ref('dim_opening') }} as opening using (opening_key)
    inner join {{ ref('dim_requisition') }} as requisition using (requisition_key)
    where not opening.is_cancelled and not requisition.is_test and not requisition.is_evergreen
        and target.first_target_on <= {{ local_date(as_of(), 'requisition.time_zone') }}

),

counted as (

    {{ by_month_and_unit("
        count(*) as n_openings_due,
        count(*) filter (filled_on <= first_target_on) as n_openings_on_time,
        count(*) filter (filled_on <= last_target_on) as n_on_time_by_last_target,
        count(*) filter (n_target_changes > 0) as n_targets_changed
    ", 'due') }}

)

select
    month_on,
    top_org_unit_key,
    n_openings_due,
    n_openings_on_time,
    n_on_time_by_last_target,
    n_targets_changed,
    n_openings_on_time / n_openings_due::double as on_time_fill_rate
from counted
