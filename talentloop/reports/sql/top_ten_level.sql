-- What the tenth of each dimension had at the end of a day: equal scores share a rank, as in the top
-- ten. Of each person counts the application that was scored last by then.
with

/* use end_of_day */,

application as (
    select *
    from fct_application
    cross join instant
    where (not is_excluded or is_internal) and person_key is not null and applied_at <= seen_at
),

latest as (
    select * from application
    qualify row_number() over (partition by person_key order by applied_at desc, application_key) = 1
),

scored as (
    select s.*
    from fct_dimension_score as s
    cross join instant
    where s.scored_at <= seen_at
),

chosen as (
    select a.person_key, a.application_key
    from (select application_key, max(scored_at) as last_scored_at from scored group by all) as s
    inner join application as a using (application_key)
    qualify row_number() over (
        partition by a.person_key order by s.last_scored_at desc, a.application_key
    ) = 1
),

dimension as (
    select
        s.application_key,
        s.dimension_code,
        round(avg(s.score_0_1), 9) as score_0_1
    from (
        select * from scored
        where application_key in (select application_key from chosen)
        qualify row_number() over (
            partition by application_key, interview_key, dimension_code, scorer_type_code, scorer_key
            order by scored_at desc, dimension_score_key
        ) = 1
    ) as s
    group by s.application_key, s.dimension_code
),

shown as (
    select
        v.dimension_code,
        round(round(100 * v.score_0_1, 2), 1) as score_0_100
    from dimension as v
    inner join chosen as c using (application_key)
    inner join latest as l on c.person_key = l.person_key
    where
        v.dimension_code
        in ('communication', 'logic', 'professionalism', 'teamwork', 'stress', 'culture')
        and ($job_family::varchar is null or l.job_family_code = $job_family)
        and (
            $department::varchar is null
            or l.top_org_unit_key in (select org_unit_key from dim_org_unit where org_unit_id = $department)
        )
),

ranked as (
    select *, rank() over (partition by dimension_code order by score_0_100 desc) as place from shown
)

select
    dimension_code,
    count(*) as n_persons,
    max(score_0_100) as best_0_100,
    min(score_0_100) filter (where place <= 10) as tenth_0_100,
    count(*) filter (where place <= 10) as n_listed
from ranked
group by dimension_code
having count(*) >= $minimum_n
order by dimension_code
