-- Headcount at the ends of months by running sums of who came and who left. The last day at work
-- still counts; whoever never came never was there. A transfer moves the headcount between units and
-- is no leaver.
with employee as (

    select
        employee.top_org_unit_key,
        {{ month_of('employee.hired_on') }} as hired_month_on,
        {{ month_of('employee.terminated_on') }} as left_month_on,
        coalesce(spell.end_type_code = 'transfer', false) as is_transferred
    from {{ ref('dim_employee') }} as employee
    left join {{ ref('fct_employment_spell') }} as spell using (employee_key)
    where employee.status_code <> 'not_started'
        and employee.hired_on <= {{ local_date(as_of(), "'" ~ var('default_time_zone') ~ "'") }}
        and coalesce(employee.terminated_on >= employee.hired_on, true)

),

came as (

    {{ by_month_and_unit("count(*) as n_came", 'employee', month='hired_month_on') }}

),

gone as (

    {{ by_month_and_unit(
        "count(*) as n_gone, count(*) filter (not is_transferred) as n_leavers",
        'employee',
        month='left_month_on'
    ) }}

),

spine as (

    select
        month_on,
        top_org_unit_key
    from {{ ref('mart_monthly_hiring_efficiency') }}

),

-- Who came or left before the first month of the spine stands before it.
moved as (

    select
        spine.month_on,
        spine.top_org_unit_key,
        coalesce(sum(came.n_came), 0) as n_came_so_far
    from spine
    left join came
        on spine.month_on >= came.month_on
        and spine.top_org_unit_key is not distinct from came.top_org_unit_key
    group by spine.month_on, spine.top_org_unit_key

),

left_so_far as (

    select
        spine.month_on,
        spine.top_org_unit_key,
        coalesce(sum(gone.n_gone), 0) as n_left_so_far,
        coalesce(sum(gone.n_leavers) filter (gone.month_on = spine.month_on), 0) as n_leavers
    from spine
    left join gone
        on spine.month_on >= gone.month_on
        and spine.top_org_unit_key is not distinct from gone.top_org_unit_key
    group by spine.month_on, spine.top_org_unit_key

)

select
    moved.month_on,
    moved.top_org_unit_key,
    (n_came_so_far - n_left_so_far)::bigint as n_at_end,
    n_leavers::bigint as n_leavers,
    (
        n_came_so_far - n_left_so_far + coalesce(
            lag(n_came_so_far - n_left_so_far) over (
                partition by moved.top_org_unit_key order by moved.month_on
            ),
            n_came_so_far - n_left_so_far
        )
    ) / 2.0::double as mean_headcount
from moved
inner join left_so_far
    on moved.month_on = left_so_far.month_on
    and moved.top_org_unit_key is not distinct from left_so_far.top_org_unit_key
