-- Who recruited for a requisition when, from its landed versions. What was known first holds from
-- the beginning; nobody is an owner too.
with changed as (

    select
        requisition_key,
        recruiter_key,
        source_updated_at
    from {{ ref('stg_landing__requisition') }}
    where not is_deleted
    window versions as (partition by requisition_key order by source_updated_at, load_id, payload_hash)
    qualify row_number() over versions = 1
        or recruiter_key is distinct from lag(recruiter_key) over versions

)

select
    requisition_key,
    recruiter_key,
    case
        when row_number() over in_order = 1 then timestamptz '1900-01-01 00:00:00+00'
        else source_updated_at
    end as owned_from_at,
    lead(source_updated_at) over in_order as owned_to_at
from changed
window in_order as (partition by requisition_key order by source_updated_at)
