-- Correlations per dimension, family ('all' too) and lag. Spearman is Pearson on mid-ranks.
with pair as (

    select
        dimension_code,
        unnest([job_family_code, 'all']) as job_family_code,
        months,
        score_0_1,
        rating_z
    from {{ ref('int_interview_validity__pair') }}
    where rating_z is not null and job_family_code is not null

),

ranked as (

    select
        *,
        rank() over (partition by dimension_code, job_family_code, months order by score_0_1)
        + (count(*) over (partition by dimension_code, job_family_code, months, score_0_1) - 1) / 2
            as score_rank,
        rank() over (partition by dimension_code, job_family_code, months order by rating_z)
        + (count(*) over (partition by dimension_code, job_family_code, months, rating_z) - 1) / 2
            as rating_rank
    from pair

)

select
    dimension_code,
    job_family_code,
    months,
    count(*) as n,
    round(corr(score_0_1, rating_z), 6) as pearson_r,
    round(corr(score_rank, rating_rank), 6) as spearman_r,
    round(stddev_samp(score_0_1), 6) as sd_hired
from ranked
group by dimension_code, job_family_code, months
