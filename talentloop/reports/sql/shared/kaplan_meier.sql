curve as (
    with step as (
        select
            group_code,
            duration_days,
            coalesce(sum(n) filter (cause_code is not null), 0)::double as n_ended,
            sum(n)::double as n_gone,
            (sum(sum(n)) over (partition by group_code order by duration_days desc))::double as n_at_risk
        from waited
        group by group_code, duration_days
    ),

    estimate as (
        select
            *,
            product(1 - n_ended / n_at_risk) over so_far as survival,
            coalesce(sum(n_ended / nullif(n_at_risk * (n_at_risk - n_ended), 0)) over so_far, 0) as greenwood
        from step
        window so_far as (partition by group_code order by duration_days rows unbounded preceding)
    )

    select
        group_code,
        duration_days,
        n_at_risk::bigint as n_at_risk,
        n_ended::bigint as n_ended,
        (n_at_risk - n_gone)::bigint as n_remaining,
        round((survival) * (1 + 1e-11), 10) as survival_rate,
        case when survival > 0 and survival < 1 then round(power(
        survival,
        exp(-1 * (-1) * 1.959963984540 * sqrt(greenwood) / abs(ln(survival)))
    ), 10) end as survival_lower,
        case when survival > 0 and survival < 1 then round(power(
        survival,
        exp(-1 * (1) * 1.959963984540 * sqrt(greenwood) / abs(ln(survival)))
    ), 10) end as survival_upper
    from estimate
)
