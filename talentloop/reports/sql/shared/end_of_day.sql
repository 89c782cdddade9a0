-- The end of the day chosen in the business time zone, no later than the data reach.
instant as (
    select
        least(
            coalesce(timezone($zone, ($day::date + 1)::timestamp), as_of::timestamptz),
            as_of::timestamptz
        ) as seen_at
    from meta_build
)
