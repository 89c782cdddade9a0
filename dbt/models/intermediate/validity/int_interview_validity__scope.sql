-- Whom the correlations speak for: the spread of scores among all who were scored, and how many
-- hires have worked long enough to be rated.
with applicant as (

    select
        unnest([application.job_family_code, 'all']) as job_family_code,
        dimension.dimension_code,
        dimension.score_0_1
    from {{ ref('fct_application_dimension') }} as dimension
    inner join {{ ref('fct_application') }} as application using (application_key)
    where not application.is_excluded and application.job_family_code is not null

),

spread as (

    select
        job_family_code,
        dimension_code,
        round(stddev_samp(score_0_1), 6) as sd_applicants
    from applicant
    group by job_family_code, dimension_code

),

hired as (

    select
        unnest([application.job_family_code, 'all']) as job_family_code,
        follow.hired_on,
        follow.observed_on
    from {{ ref('int_employment__follow') }} as follow
    inner join {{ ref('fct_application') }} as application using (application_key)
    where application.job_family_code is not null

),

mature as (

    select
        job_family_code,
        unnest([3, 6, 12])::integer as months,
        unnest([
            count(*) filter (hired_on + interval 3 month <= observed_on),
            count(*) filter (hired_on + interval 6 month <= observed_on),
            count(*) filter (hired_on + interval 12 month <= observed_on)
        ]) as n_hired
    from hired
    group by job_family_code

)

select
    spread.dimension_code,
    spread.job_family_code,
    mature.months,
    spread.sd_applicants,
    mature.n_hired
from spread
inner join mature using (job_family_code)
