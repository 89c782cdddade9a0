with tested as (

    select
        *,
        n_high_excellent / nullif(n_high, 0)::double as high_rate,
        {{ wilson('n_high_excellent', 'n_high', -1) }} as high_lower,
        {{ wilson('n_high_excellent', 'n_high', 1) }} as high_upper,
        n_low_excellent / nullif(n_low, 0)::double as low_rate,
        {{ wilson('n_low_excellent', 'n_low', -1) }} as low_lower,
        {{ wilson('n_low_excellent', 'n_low', 1) }} as low_upper,
        -- One half on each cell where one is empty (Haldane and Anscombe).
        case when least(
            n_high_excellent, n_low_excellent, n_high - n_high_excellent, n_low - n_low_excellent
        ) = 0 then 0.5 else 0 end::double as added,
        n >= {{ var('validity').min_n }} and n_high > 0 and n_low > 0 as is_shown
    from {{ ref('int_score_threshold__count') }}
    inner join {{ ref('int_score_threshold__test') }}
        using (threshold_code, dimension_code, job_family_code, months)

),

-- A family of tests: what one threshold is asked, as far as it is shown.
ranked as (

    select
        *,
        count(*) over (partition by threshold_code, is_shown) as n_tests,
        row_number() over (
            partition by threshold_code, is_shown
            order by p_value, dimension_code, job_family_code, months
        ) as place
    from tested

),

adjusted as (

    select
        *,
        max((n_tests - place + 1) * p_value) over (
            partition by threshold_code, is_shown order by place
        ) as holm,
        min(n_tests / place::double * p_value) over (
            partition by threshold_code, is_shown order by place desc
        ) as benjamini_hochberg
    from ranked

)

select
    threshold_code,
    dimension_code,
    job_family_code,
    months,
    n,
    n_high,
    n_high_excellent,
    high_rate,
    high_lower,
    high_upper,
    n_low,
    n_low_excellent,
    low_rate,
    low_lower,
    low_upper,
    round(high_rate - low_rate, 6) as difference,
    -- Newcombe's interval, from the two of Wilson.
    round(
        high_rate - low_rate
        - sqrt(power(high_rate - high_lower, 2) + power(low_upper - low_rate, 2)), 6
    ) as difference_lower,
    round(
        high_rate - low_rate
        + sqrt(power(high_upper - high_rate, 2) + power(low_rate - low_lower, 2)), 6
    ) as difference_upper,
    round(
        (n_high_excellent + added) * (n_low - n_low_excellent + added)
        / nullif((n_high - n_high_excellent + added) * (n_low_excellent + added), 0), 6
    ) as odds_ratio,
    p_value,
    case when is_shown then n_tests end as n_tests,
    case when is_shown then least(1, round(holm, 12)) end as holm_p_value,
    case when is_shown then least(1, round(benjamini_hochberg, 12)) end as bh_p_value,
    is_shown
from adjusted
