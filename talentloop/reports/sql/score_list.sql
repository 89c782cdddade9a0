-- Scores of the months that end with $month, newest first; bands are of ten points.
with

listed as (
    select
        a.application_id,
        a.person_key,
        i.interview_id,
        s.dimension_code,
        s.scorer_type_code,
        s.scored_at,
        100 * s.score_0_1 as points,
        s.dimension_score_key
    from fct_dimension_score as s
    inner join fct_application as a using (application_key)
    left join fct_interview as i on s.interview_key = i.interview_key
    where
        not a.is_excluded
        and ($dimension::varchar is null or s.dimension_code = $dimension)
        and ($scorer::varchar is null or s.scorer_type_code = $scorer)
        and (
            $from_points::integer is null
            or 10 * least(floor(round(10 * s.score_0_1, 9)), 9)::integer = $from_points
        )
        and timezone($zone, s.scored_at) >= $month::date - to_months($window::integer - 1)
        and timezone($zone, s.scored_at) < $month::date + interval 1 month
)

select * exclude (dimension_score_key), count(*) over () as n_total
from listed
order by scored_at desc, dimension_score_key
limit $limit offset $offset
