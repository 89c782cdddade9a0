-- Mean score per dimension of the newest application, its interval from the spread between scorers
-- across the company, and its place among scored applications of the same job family.
with

target as (
    select application_key, job_family_code from talent_profile where person_key = $person
),

per_application as (
    select
        dimension_code,
        application_key,
        avg(score_0_1) as mean_score,
        count(*) as n,
        count(*) filter (where scorer_type_code = 'ai') as n_ai,
        var_samp(score_0_1) as variance
    from fct_dimension_score
    group by all
),

spread as (
    select
        dimension_code,
        sqrt(sum(variance * (n - 1)) / nullif(sum(n - 1) filter (where n > 1), 0)) as scorer_sd
    from per_application
    group by all
),

peer as (
    select p.dimension_code, p.application_key, p.mean_score
    from per_application as p
    inner join fct_application as a using (application_key)
    inner join target as t on a.job_family_code = t.job_family_code
),

placed as (
    select
        m.dimension_code,
        100 * (
            count(*) filter (where p.mean_score < m.mean_score)
            + 0.5 * count(*) filter (where p.mean_score = m.mean_score)
        ) / count(*) as percentile,
        count(*) as n_peers
    from per_application as m
    inner join target as t using (application_key)
    inner join peer as p using (dimension_code)
    group by all
)

select
    m.dimension_code,
    100 * m.mean_score as score_0_100,
    greatest(0, 100 * (m.mean_score - 1.96 * s.scorer_sd / sqrt(m.n))) as score_lower_0_100,
    least(100, 100 * (m.mean_score + 1.96 * s.scorer_sd / sqrt(m.n))) as score_upper_0_100,
    m.n as n_scores,
    m.n_ai,
    p.percentile,
    p.n_peers
from per_application as m
inner join target as t using (application_key)
left join spread as s using (dimension_code)
left join placed as p using (dimension_code)
order by m.dimension_code
