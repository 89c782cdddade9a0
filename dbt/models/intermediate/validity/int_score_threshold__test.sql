-- Fisher's exact test, two-sided: the probability, both margins held, of all tables that are at most as
-- probable as the one seen.
with counted as (

    select
        *,
        n_high_excellent + n_low_excellent as n_excellent
    from {{ ref('int_score_threshold__count') }}

),

possible as (

    select
        *,
        unnest(range(
            greatest(0, n_high + n_excellent - n), least(n_high, n_excellent) + 1
        )) as x
    from counted

),

probability as (

    select
        *,
        exp(
            {{ log_choose('n_excellent', 'x') }}
            + {{ log_choose('(n - n_excellent)', 'n_high - x') }}
            - {{ log_choose('n', 'n_high') }}
        ) as p
    from possible

),

seen as (

    select
        *,
        max(case when x = n_high_excellent then p end) over (
            partition by threshold_code, dimension_code, job_family_code, months
        ) as p_seen
    from probability

)

select
    threshold_code,
    dimension_code,
    job_family_code,
    months,
    -- Tables of equal probability differ by rounding only.
    least(1, round(sum(p) filter (p <= p_seen * (1 + 1e-9)), 12)) as p_value
from seen
group by threshold_code, dimension_code, job_family_code, months
