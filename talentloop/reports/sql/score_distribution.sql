-- Scores by dimension in bands of ten points; 100 belongs to the last band.
with

score as (
    select
        s.dimension_code,
        100 * s.score_0_1 as points,
        10 * least(floor(round(10 * s.score_0_1, 9)), 9)::integer as from_points
    from fct_dimension_score as s
    inner join fct_application as a using (application_key)
    where
        not a.is_excluded
        and ($scorer::varchar is null or s.scorer_type_code = $scorer)
        and timezone($zone, s.scored_at) >= $month::date - to_months($window::integer - 1)
        and timezone($zone, s.scored_at) < $month::date + interval 1 month
),

dimension as (
    select dimension_code, count(*) as n_total, avg(points) as mean_points from score group by dimension_code
),

band as (select unnest(range(0, 100, 10)) as from_points)

select
    d.dimension_code,
    b.from_points,
    count(s.points) as n,
    count(s.points) / d.n_total as share,
    d.n_total,
    round(d.mean_points, 6) as mean_points
from dimension as d
cross join band as b
left join score as s on d.dimension_code = s.dimension_code and b.from_points = s.from_points
group by d.dimension_code, b.from_points, d.n_total, d.mean_points
order by d.dimension_code, b.from_points
