-- Wilson's interval of s.k in s.n, where applications of one requisition share its pace, its people
-- and its end: their squared sums (kk, kn, nn over n_requisitions) say how much less certain a share
-- is than one of as many independent cases. Student's quantile, by Cornish and Fisher's expansion.
cross join lateral (
    select
        nullif(s.n, 0)::double as n,
        s.k / nullif(s.n, 0) as p,
        greatest(s.n_requisitions - 1, 1)::double as df
) as share
cross join lateral (
    select
        greatest(1, coalesce(case when s.n_requisitions > 1 then
            (df + 1) / df * (s.kk - 2 * p * s.kn + p * p * s.nn) / nullif(share.n * p * (1 - p), 0)
        end, 1)) as effect,
        case when s.n_requisitions > 1 then
            1.959963984540 + 2.3722712303 / df + 2.8224986157 / df ** 2 + 2.5558496795 / df ** 3
            + 1.5895340534 / df ** 4
        else 1.959963984540 end as z
) as spread_by
cross join lateral (
    select
        (p + z * z / (2 * share.n / effect)
        - z * sqrt(p * (1 - p) / (share.n / effect) + z * z / (4 * (share.n / effect) ** 2)))
        / (1 + z * z / (share.n / effect)) as lower,
        (p + z * z / (2 * share.n / effect)
        + z * sqrt(p * (1 - p) / (share.n / effect) + z * z / (4 * (share.n / effect) ** 2)))
        / (1 + z * z / (share.n / effect)) as upper
) as wilson
