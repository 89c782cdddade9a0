-- Median days per stage for those who accepted in $month, and one year before.
with

this_year as (select * from mart_stage_time where month_on = $month::date),

last_year as (select * from mart_stage_time where month_on = $month::date - interval 12 month),

/* use stage */

select
    s.stage_code,
    coalesce(t.n, 0) as n,
    t.median_days,
    coalesce(l.n, 0) as n_last_year,
    l.median_days as median_days_last_year
from stage as s
left join this_year as t using (stage_code)
left join last_year as l using (stage_code)
where t.stage_code is not null or l.stage_code is not null
order by s.stage_rank
