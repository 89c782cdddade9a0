select
    portrait_code,
    portrait_version,
    dimension_code,
    weight,
    min_dimensions::integer as min_dimensions,
    case when isfinite(effective_at) then effective_at end as effective_at
from {{ source('ops', 'portrait_weight') }}
