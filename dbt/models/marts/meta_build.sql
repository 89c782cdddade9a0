select
    as_of,
    current_timestamp as built_at,
    '{{ invocation_id }}' as dbt_invocation_id,
    is_simulated,
    '1' as schema_version
from {{ source('ops', 'build_context') }}
