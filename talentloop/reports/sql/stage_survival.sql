-- Kaplan-Meier share still in $stage, by department and whole day since entry, up to 60 days.
with

/* use selected_application */,

spell as (
    select
        coalesce(a.department_id, '') as department_id,
        coalesce(a.department_name, '') as department_name,
        coalesce(a.department_name_en, a.department_name, '') as department_name_en,
        coalesce(s.duration_days, s.open_days) as days,
        not s.is_open as has_ended
    from fct_stage_spell as s
    inner join selected_application as a using (application_key)
    where
        s.stage_code = $stage
        and not a.is_excluded
        and not s.is_accidental
        and coalesce(s.duration_days, s.open_days) > 0
),

step as (
    select
        department_id,
        department_name,
        department_name_en,
        days,
        count(*) filter (where has_ended) as n_ended,
        count(*) filter (where not has_ended) as n_censored,
        sum(count(*)) over (partition by department_id order by days desc) as n_at_risk
    from spell
    group by department_id, department_name, department_name_en, days
),

curve as (
    select
        *,
        product(1 - n_ended / n_at_risk) over so_far as waiting,
        sqrt(sum(case when n_at_risk > n_ended then n_ended / (n_at_risk * (n_at_risk - n_ended)) end)
            over so_far) as se
    from step
    window so_far as (partition by department_id order by days)
),

department as (
    select
        department_id,
        department_name,
        department_name_en,
        max(n_at_risk) as n,
        sum(n_censored) as n_open,
        min(days) filter (where waiting <= 0.5) as median_days
    from curve
    group by all
),

day as (
    select d.*, unnest(generate_series(0, 60)) as day from department as d
),

at_day as (
    select
        d.*,
        seen.last_days,
        d.n - coalesce(seen.n_gone, 0) as n_at_risk
    from day as d
    left join lateral (
        select max(c.days) as last_days, sum(c.n_ended + c.n_censored) as n_gone
        from curve as c
        where c.department_id = d.department_id and c.days <= d.day
    ) as seen on true
)

select
    d.department_id,
    d.department_name,
    d.department_name_en,
    d.n,
    d.n_open,
    d.median_days,
    d.day,
    d.n_at_risk,
    coalesce(c.waiting, 1) as share_waiting,
    coalesce(c.waiting ^ exp(1.96 * c.se / nullif(abs(ln(nullif(c.waiting, 0))), 0)), c.waiting, 1)
        as share_lower,
    coalesce(c.waiting ^ exp(-1.96 * c.se / nullif(abs(ln(nullif(c.waiting, 0))), 0)), c.waiting, 1)
        as share_upper
from at_day as d
left join curve as c on d.department_id = c.department_id and d.last_days = c.days
order by d.n desc, d.department_id, d.day
