-- The ten best persons of each dimension by their newest application. Scores are compared as shown,
-- to one decimal; equal ones share a rank, and all who share the tenth are listed.
with

scored as (
    unpivot (
        select
            p.person_key,
            p.requisition_title,
            d.name as department_name,
            d.name_en as department_name_en,
            p.communication_score_0_100 as communication,
            p.logic_score_0_100 as logic,
            p.professionalism_score_0_100 as professionalism,
            p.teamwork_score_0_100 as teamwork,
            p.stress_score_0_100 as stress,
            p.culture_score_0_100 as culture
        from talent_profile as p
        left join dim_org_unit as d on p.top_org_unit_key = d.org_unit_key
        where
            ($job_family::varchar is null or p.job_family_code = $job_family)
            and ($department::varchar is null or d.org_unit_id = $department)
    )
    on communication, logic, professionalism, teamwork, stress, culture
    into name dimension_code value score_0_100
),

ranked as (
    select
        *,
        rank() over (partition by dimension_code order by round(score_0_100, 1) desc) as rank,
        count(*) over (partition by dimension_code) as n_persons
    from scored
)

select
    dimension_code,
    rank,
    person_key,
    requisition_title,
    department_name,
    department_name_en,
    score_0_100,
    n_persons
from ranked
where rank <= 10 and n_persons >= $minimum_n
order by dimension_code, rank, person_key
