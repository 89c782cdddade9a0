        sum(k) as k,
        sum(n) as n,
        sum(k * k)::double as kk,
        sum(k * n)::double as kn,
        sum(n * n)::double as nn,
        count(*) filter (where n > 0) as n_requisitions
