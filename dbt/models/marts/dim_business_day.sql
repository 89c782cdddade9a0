select
    calendar_code,
    date_on,
    is_working,
    kind_code,
    day_name,
    working_days_before
from {{ source('ops', 'business_day') }}
