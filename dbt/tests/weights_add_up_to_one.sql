select sum(weight) as total
from {{ source('ops', 'portrait_weight') }}
having abs(sum(weight) - 1) > 1e-9
