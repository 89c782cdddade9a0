-- Correlations per dimension, family ('all' too) and lag. Spearman is Pearson on mid-ranks. Beside
-- them what the dimension adds to the overall score: its squared semipartial correlation.
with pair as (

    select
        dimension_code,
        unnest([job_family_code, 'all']) as job_family_code,
        months,
        score_0_1,
        overall_score_0_100,
        rating_z
    from {{ ref('fct_score_outcome') }}
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

),

correlated as (

    select
        dimension_code,
        job_family_code,
        months,
        count(*) as n,
        corr(score_0_1, rating_z) as pearson_r,
        corr(score_rank, rating_rank) as spearman_r,
        stddev_samp(score_0_1) as sd_hired,
        corr(overall_score_0_100, rating_z) as overall_r,
        corr(score_0_1, rating_z) filter (overall_score_0_100 is not null) as own_r,
        corr(score_0_1, overall_score_0_100) as shared_r
    from ranked
    group by dimension_code, job_family_code, months

)

select
    dimension_code,
    job_family_code,
    months,
    n,
    -- Plus nothing, so that no zero has a sign.
    round(pearson_r, 6) + 0 as pearson_r,
    round(spearman_r, 6) + 0 as spearman_r,
    round(sd_hired, 6) as sd_hired,
    round(overall_r, 6) + 0 as overall_r,
    -- Where dimension and overall score say the same, there is nothing to tell apart.
    case when n > 3 and power(shared_r, 2) < 0.999
        then round({{ steady('power(own_r - overall_r * shared_r, 2) / (1 - power(shared_r, 2))') }}, 6)
    end as delta_r2
from correlated
