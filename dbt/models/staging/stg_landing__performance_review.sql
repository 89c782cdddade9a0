{{ landed('performance_review') }}

select
    {{ key('source_id') }} as performance_review_key,
    {{ key('employee_id') }} as employee_key,
    source,
    cycle_code,
    review_type as review_type_code,
    finalised_at,
    rating_raw,
    scale_min,
    scale_max,
    rating_0_1,
    {{ version_columns() }}
from landed
