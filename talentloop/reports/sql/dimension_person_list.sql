-- Persons with a score in a dimension, best first: those among whom the top ten are found.
with

scored as (
    unpivot (
        select
            person_key,
            requisition_title,
            top_org_unit_key,
            job_family_code,
            communication_score_0_100 as communication,
            logic_score_0_100 as logic,
            professionalism_score_0_100 as professionalism,
            teamwork_score_0_100 as teamwork,
            stress_score_0_100 as stress,
            culture_score_0_100 as culture
        from talent_profile
    )
    on communication, logic, professionalism, teamwork, stress, culture
    into name dimension_code value score_0_100
),

listed as (
    select
        s.person_key,
        s.requisition_title,
        d.name as department_name,
        d.name_en as department_name_en,
        s.dimension_code,
        s.score_0_100
    from scored as s
    left join dim_org_unit as d on s.top_org_unit_key = d.org_unit_key
    where
        s.dimension_code = $dimension
        and ($job_family::varchar is null or s.job_family_code = $job_family)
        and ($department::varchar is null or d.org_unit_id = $department)
)

select *, count(*) over () as n_total
from listed
order by score_0_100 desc, person_key
limit $limit offset $offset
