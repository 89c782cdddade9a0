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

-- Every quarter, and all of them together (null).
period as (

    select
        scorer_key,
        unnest([quarter_on, null]) as quarter_on,
        from_others
    from subject

),

mean_deviation as (

    select
        scorer_key,
        quarter_on,
        count(*) as n_applications,
        avg(from_others) as mean
    from period
    group by scorer_key, quarter_on

),

spread as (

    select
        scorer_key,
        unnest([date_trunc('quarter', scored_on)::date, null]) as quarter_on,
        from_usual
    from {{ ref('int_interviewer_rating__deviate') }}

),

deviation as (

    select
        scorer_key,
        quarter_on,
        stddev_samp(from_usual) as sd
    from spread
    group by scorer_key, quarter_on

),

everybody as (

    select stddev_samp(from_usual) as sd from {{ ref('int_interviewer_rating__deviate') }}

),

company as (

    select
        avg(resemblance.halo_r) as halo_r,
        any_value(everybody.sd) as sd
    from everybody
    left join {{ ref('int_interviewer_rating__resemble') }} as resemblance on true

),

shrunk as (

    select
        mean_deviation.*,
        component.var_within / mean_deviation.n_applications as var_mean,
        component.var_person / nullif(
            component.var_person + component.var_within / mean_deviation.n_applications, 0
        ) as kept
    from mean_deviation
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
    round(deviation.sd / nullif(company.sd, 0), 6) as spread_ratio,
    case when shrunk.quarter_on is null then halo.halo_r end as halo_r,
    round(company.halo_r, 6) as company_halo_r,
    shrunk.n_applications >= {{ var('validity').min_rater_n }} as is_shown
from shrunk
cross join company
left join deviation
    on shrunk.scorer_key = deviation.scorer_key
    and shrunk.quarter_on is not distinct from deviation.quarter_on
left join {{ ref('int_interviewer_rating__resemble') }} as halo
    on shrunk.scorer_key = halo.scorer_key
