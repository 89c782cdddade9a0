-- Applications open at the end of a day: stage by days waited. A stock: it says nothing about conversion.
with

/* use stage */,

bucket as (
    select * from (values (0, 0, 4), (1, 4, 8), (2, 8, 15), (3, 15, 31), (4, 31, 61), (5, 61, 1e9))
        as b (bucket, from_days, below_days)
),

/* use end_of_day */,

/* use waiting_spell */

select
    s.stage_code,
    b.bucket,
    b.from_days,
    case when b.below_days < 1e9 then b.below_days::integer end as below_days,
    count(w.stage_code) as n
from stage as s
cross join bucket as b
left join waiting_spell as w
    on
        s.stage_code = w.stage_code
        and w.open_days >= b.from_days
        and w.open_days < b.below_days
where s.stage_code <> 'hired'
group by s.stage_code, s.stage_rank, b.bucket, b.from_days, b.below_days
order by s.stage_rank, b.bucket
