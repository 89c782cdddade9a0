-- No model reads it yet: as a view it costs the build nothing.
{{ config(materialized='view') }}

{{ landed('consent') }}

select
    {{ key('source_id') }} as consent_key,
    {{ key('candidate_id') }} as candidate_key,
    source,
    purpose_code,
    version,
    channel_code,
    given_at,
    withdrawn_at,
    {{ version_columns() }}
from landed
