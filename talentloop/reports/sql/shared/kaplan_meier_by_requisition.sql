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
    ),

    case_count as (
        select
            group_code,
            requisition_key as cluster_key,
            duration_days,
            coalesce(sum(n) filter (cause_code is not null), 0)::double as n_ended_here,
            sum(n)::double as n_gone_here
        from waited
        group by all
    ),

    influence as (
        select
            case_count.* exclude (n_ended_here),
            coalesce(n_ended_here / nullif(estimate.n_at_risk - estimate.n_ended, 0), 0)
            - n_gone_here * estimate.greenwood as p_step
        from case_count
        inner join estimate on case_count.group_code is not distinct from estimate.group_code and
            case_count.duration_days = estimate.duration_days
    ),

    cluster_step as (
        select
            *,
            sum(p_step) over so_far as p,
            sum(n_gone_here) over (partition by group_code, cluster_key) - sum(n_gone_here) over so_far as r
        from influence
        window so_far as (
            partition by group_code, cluster_key order by duration_days rows unbounded preceding
        )
    ),

    moved as (
        select
            group_code,
            duration_days,
            fsum(p * p - p_before * p_before) as pp_step,
            fsum(p * r - p_before * r_before) as pr_step,
            fsum(r * r - r_before * r_before) as rr_step,
            count(*) filter (r = 0) as n_last
        from (
            select
                *,
                p - p_step as p_before,
                r + n_gone_here as r_before
            from cluster_step
        ) as cluster_change
        group by all
    ),

    spread as (
        select
            group_code,
            duration_days,
            -- Nobody is at risk in the end: the sum of r² comes down to nothing.
            sum(pp_step) over so_far as pp,
            sum(pr_step) over so_far as pr,
            sum(rr_step) over so_far - sum(rr_step) over (partition by group_code) as rr,
            (sum(n_last) over (partition by group_code))::double as n_clusters
        from moved
        window so_far as (partition by group_code order by duration_days rows unbounded preceding)
    ),

    robust as (
        select
            estimate.*,
            greatest(greenwood, case when n_clusters > 1 then n_clusters / (n_clusters - 1) * (pp - 2 * greenwood * pr + power(greenwood, 2) * rr) else 0 end)
                as variance,
            case when n_clusters > 1 then
        1.959963984540 + 2.3722712303 / (n_clusters - 1) + 2.8224986157 / power(n_clusters - 1, 2)
        + 2.5558496795 / power(n_clusters - 1, 3) + 1.5895340534 / power(n_clusters - 1, 4)
    else 1.959963984540 end as quantile
        from estimate
        inner join spread on estimate.group_code is not distinct from spread.group_code and
            estimate.duration_days = spread.duration_days
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
        exp(-1 * (-1) * quantile * sqrt(variance) / abs(ln(survival)))
    ), 6) end as survival_lower,
        case when survival > 0 and survival < 1 then round(power(
        survival,
        exp(-1 * (1) * quantile * sqrt(variance) / abs(ln(survival)))
    ), 6) end as survival_upper
    from robust
)
