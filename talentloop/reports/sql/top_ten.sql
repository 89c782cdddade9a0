-- The ten best persons of each dimension by their newest application. Scores are compared as shown,
-- to one decimal; equal ones share a rank, and all who share the tenth are listed. Ranks come from
-- how many have which score, so that only the best are ever put in order.
with

profile as (
    select p.*
    from talent_profile as p
    where
        ($job_family::varchar is null or p.job_family_code = $job_family)
        and (
            $department::varchar is null
            or p.top_org_unit_key in (select org_unit_key from dim_org_unit where org_unit_id = $department)
        )
),

scored as (
    unpivot (
        select
            person_key,
            communication_score_0_100 as communication,
            logic_score_0_100 as logic,
            professionalism_score_0_100 as professionalism,
            teamwork_score_0_100 as teamwork,
            stress_score_0_100 as stress,
            culture_score_0_100 as culture
        from profile
    )
    on communication, logic, professionalism, teamwork, stress, culture
    into name dimension_code value score_0_100
),

counted as (
    select dimension_code, round(score_0_100, 1) as shown_score, count(*) as n
    from scored
    group by dimension_code, shown_score
),

ranked as (
    select
        dimension_code,
        shown_score,
        (1 + coalesce(sum(n) over better, 0))::bigint as rank,
        (sum(n) over (partition by dimension_code))::bigint as n_persons
    from counted
    window better as (
        partition by dimension_code order by shown_score desc
        rows between unbounded preceding and 1 preceding
    )
    qualify rank <= 10 and n_persons >= $minimum_n
)

select
    s.dimension_code,
    r.rank,
    s.person_key,
    p.requisition_title,
    d.name as department_name,
    d.name_en as department_name_en,
    s.score_0_100,
    r.n_persons
from scored as s
inner join ranked as r on s.dimension_code = r.dimension_code and round(s.score_0_100, 1) = r.shown_score
inner join talent_profile as p on s.person_key = p.person_key
left join dim_org_unit as d on p.top_org_unit_key = d.org_unit_key
order by s.dimension_code, r.rank, s.person_key
