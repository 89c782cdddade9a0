select
    portrait_code,
    portrait_version,
    sum(weight) as total
from {{ source('ops', 'portrait_weight') }}
group by portrait_code, portrait_version
having abs(sum(weight) - 1) > 1e-9
