-- Persons, newest application first or highest score first. $text searches titles, majors, skills
-- and keys; $person_keys narrows to persons found by name.
with

listed as (
    select
        p.person_key,
        p.requisition_title,
        d.name as department_name,
        d.name_en as department_name_en,
        p.job_family_code,
        p.source_channel_code,
        p.applied_at,
        p.stage_code,
        p.outcome_code,
        p.n_applications,
        p.n_interviews,
        p.n_scorers,
        p.overall_score_0_100,
        p.is_high_potential
    from talent_profile as p
    left join dim_org_unit as d on p.top_org_unit_key = d.org_unit_key
    where
        ($department::varchar is null or d.org_unit_id = $department)
        and ($job_family::varchar is null or p.job_family_code = $job_family)
        and ($outcome::varchar is null or p.outcome_code = $outcome)
        and (not $high_potential::boolean or p.is_high_potential)
        and (
            $text::varchar is null
            or contains(lower(concat_ws(' ', p.requisition_title, p.major, p.skills::varchar)),
                lower($text))
            or starts_with(p.person_key, $text)
            or list_contains(string_split(coalesce($person_keys::varchar, ''), ','), p.person_key)
        )
)

select *, count(*) over () as n_total
from listed
order by
    case when $sort = 'score' then overall_score_0_100 end desc nulls last,
    applied_at desc nulls last,
    person_key
limit $limit offset $offset
