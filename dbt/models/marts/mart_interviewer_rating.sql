-- Deviations are shrunk towards none by the share of their variance that persons make (one-way random
-- effects, method of moments); an applicant counts once, whatever the number of dimensions.
with subject as (

    select
        scorer_key,
        application_key,
        date_trunc('quarter', min(scored_on))::date as quarter_on,
        avg(from_others) as from_others
    from {{ ref('int_interviewer_rating__deviate') }}
    where from_others is not null
    group by scorer_key, application_key

),

person as (

    select
        scorer_key,
        count(*) as n,
        avg(from_others) as mean,
        count(*) * var_pop(from_others) as ss
    from subject
    group by scorer_key

),

component as (

    select
        sum(ss) / nullif(sum(n) - count(*), 0) as var_within,
        greatest(0, (
            (sum(n * mean * mean) - power(sum(n * mean), 2) / sum(n)) / nullif(count(*) - 1, 0)
            - sum(ss) / nullif(sum(n) - count(*), 0)
        ) / nullif((sum(n) - sum(n * n) / sum(n)) / nullif(count(*) - 1, 0), 0)) as var_person
    from person

),

period as (

    select scorer_key, null::date as quarter_on, count(*) as n_applications, avg(from_others) as mean
    from subject
    group by scorer_key
    union all
    select scorer_key, quarter_on, count(*), avg(from_others)
    from subject
    group by scorer_key, quarter_on

),

spread as (

    select
        scorer_key,
        null::date as quarter_on,
        stddev_samp(from_usual) as sd
    from {{ ref('int_interviewer_rating__deviate') }}
    group by scorer_key
    union all
    select
        scorer_key,
        date_trunc('quarter', scored_on)::date,
        stddev_samp(from_usual)
    from {{ ref('int_interviewer_rating__deviate') }}
    group by scorer_key, date_trunc('quarter', scored_on)

),

company as (

    select
        (select stddev_samp(from_usual) from {{ ref('int_interviewer_rating__deviate') }}) as sd,
        (select avg(halo_r) from {{ ref('int_interviewer_rating__resemble') }}) as halo_r

),

shrunk as (

    select
        period.*,
        component.var_within / period.n_applications as var_mean,
        component.var_person
        / nullif(component.var_person + component.var_within / period.n_applications, 0) as kept
    from period
    cross join component

)

select
    shrunk.scorer_key,
    shrunk.quarter_on,
    shrunk.n_applications,
    round(shrunk.mean, 6) as deviation_0_1,
    round(shrunk.kept * shrunk.mean, 6) as leniency_0_1,
    round(shrunk.kept * shrunk.mean - 1.959963984540 * sqrt(shrunk.kept * shrunk.var_mean), 6)
        as leniency_lower_0_1,
    round(shrunk.kept * shrunk.mean + 1.959963984540 * sqrt(shrunk.kept * shrunk.var_mean), 6)
        as leniency_upper_0_1,
    round(spread.sd / nullif(company.sd, 0), 6) as spread_ratio,
    case when shrunk.quarter_on is null then halo.halo_r end as halo_r,
    round(company.halo_r, 6) as company_halo_r,
    shrunk.n_applications >= {{ var('validity').min_rater_n }} as is_shown
from shrunk
cross join company
left join spread
    on shrunk.scorer_key = spread.scorer_key
    and shrunk.quarter_on is not distinct from spread.quarter_on
left join {{ ref('int_interviewer_rating__resemble') }} as halo
    on shrunk.scorer_key = halo.scorer_key
