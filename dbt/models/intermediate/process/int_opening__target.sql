-- The date by which a seat was to be filled: as first known, as last known, and how often it moved.
with version as (

    select
        opening_key,
        target_fill_on,
        (source_updated_at, load_id, payload_hash) as recency
    from {{ ref('stg_landing__opening') }}
    where not is_deleted and target_fill_on is not null

),

moved as (

    select
        *,
        lag(target_fill_on) over (partition by opening_key order by recency) as earlier_target_on
    from version

)

select
    opening_key,
    arg_min(target_fill_on, recency) as first_target_on,
    arg_max(target_fill_on, recency) as last_target_on,
    count(*) filter (target_fill_on <> earlier_target_on) as n_target_changes
from moved
group by opening_key
