-- One row per department, $window months that end with $month, and the whole company last.
-- Departments with 1 to 4 acceptances are pooled; were their pool itself under 5, the next
-- smallest joins it, so that the total gives nobody away.
with

/* use accepted_application */,

department as (
    select org_unit_key, org_unit_id, name, name_en
    from dim_org_unit
    where org_unit_key in (select top_org_unit_key from fct_application where not is_excluded)
),

counted as (
    select d.*, count(a.application_key) as n
    from department as d
    left join accepted_application as a
        on
            d.org_unit_key = a.top_org_unit_key
            and a.accepted_month_on <= $month::date
            and a.accepted_month_on > $month::date - to_months($window::integer)
    group by all
),

ranked as (
    select
        *,
        row_number() over (order by n, org_unit_key) as place,
        count(*) filter (where n < 5) over () as n_small,
        coalesce(sum(n) filter (where n < 5) over (), 0) as small_total
    from counted
),

grouped as (
    select
        org_unit_key,
        case
            when n between 1 and 4 then 'pooled'
            when place = n_small + 1 and small_total between 1 and 4 then 'pooled'
            else org_unit_id
        end as department_id,
        name,
        name_en
    from ranked
),

membership as (
    select org_unit_key, department_id, name, name_en from grouped
    union all
    select org_unit_key, 'all', null, null from grouped
),

point as (
    select unnest(generate_series(0, 12)) as months_back
),

windowed as (
    select
        g.department_id,
        p.months_back,
        count(a.application_key) as n,
        quantile_cont(a.time_to_hire_days, 0.25) as p25_days,
        median(a.time_to_hire_days) as median_days,
        quantile_cont(a.time_to_hire_days, 0.75) as p75_days
    from membership as g
    cross join point as p
    left join accepted_application as a
        on
            g.org_unit_key = a.top_org_unit_key
            and a.accepted_month_on <= $month::date - to_months(p.months_back::integer)
            and a.accepted_month_on
            > $month::date - to_months((p.months_back + $window)::integer)
    group by all
),

opening as (
    select
        g.department_id,
        count(*) as n_openings_due,
        count(*) filter (where o.is_filled_on_time) as n_openings_on_time
    from membership as g
    inner join dim_requisition as r on g.org_unit_key = r.top_org_unit_key
    inner join dim_opening as o on r.requisition_key = o.requisition_key
    where
        not r.is_test
        and not r.is_evergreen
        and not o.is_cancelled
        and o.target_fill_on < $month::date + interval 1 month
        and o.target_fill_on >= $month::date - to_months(($window - 1)::integer)
        and o.target_fill_on <= (select timezone($zone, as_of::timestamptz)::date from meta_build)
    group by g.department_id
),

named as (
    select
        department_id,
        string_agg(name, '、' order by name) as department_name,
        string_agg(coalesce(name_en, name), ', ' order by name_en) as department_name_en,
        count(*) as n_departments
    from membership
    group by department_id
),

summary as (
    select
        department_id,
        max(n) filter (where months_back = 0) as n_accepted,
        max(p25_days) filter (where months_back = 0) as p25_days,
        max(median_days) filter (where months_back = 0) as median_days,
        max(p75_days) filter (where months_back = 0) as p75_days,
        max(n) filter (where months_back = 12) as n_last_year,
        max(median_days) filter (where months_back = 12) as median_days_last_year,
        max(n) filter (where months_back = 1) as n_previous,
        max(median_days) filter (where months_back = 1) as median_days_previous,
        string_agg(
            case when n >= 5 then format('{:.1f}', median_days) else '' end, ';'
            order by months_back desc
        ) as trend
    from windowed
    group by department_id
)

select
    s.department_id,
    n.department_name,
    n.department_name_en,
    n.n_departments,
    s.n_accepted,
    s.p25_days,
    s.median_days,
    s.p75_days,
    s.n_previous,
    s.median_days_previous,
    s.n_last_year,
    s.median_days_last_year,
    coalesce(o.n_openings_on_time, 0) as n_openings_on_time,
    coalesce(o.n_openings_due, 0) as n_openings_due,
    s.trend
from summary as s
inner join named as n using (department_id)
left join opening as o using (department_id)
order by
    case s.department_id when 'all' then 2 when 'pooled' then 1 else 0 end,
    s.median_days desc nulls last
