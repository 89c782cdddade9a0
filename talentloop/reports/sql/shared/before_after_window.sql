-- The two windows, and the applications that count.
boundary as (
    select
        as_of,
        change_on,
        least($days, today - change_on)::integer as length
    from (
        select
            as_of::timestamptz as as_of,
            timezone($zone, as_of::timestamptz)::date as today,
            coalesce(
                $change_on::date,
                timezone($zone, as_of::timestamptz)::date - $days::integer
            ) as change_on
        from meta_build
    ) as given
    where change_on < today
),

period as (
    select
        'before' as side_code,
        change_on - length as from_on,
        change_on - 1 as to_on,
        as_of - to_days(length) as seen_at
    from boundary
    union all
    select
        'after',
        change_on,
        change_on + (length - 1),
        as_of
    from boundary
),

application as (
    select
        a.*,
        timezone($zone, a.applied_at::timestamptz)::date as applied_on,
        timezone($zone, a.accepted_at::timestamptz)::date as accepted_on
    from fct_application as a
    left join dim_org_unit as d on a.top_org_unit_key = d.org_unit_key
    where
        not a.is_excluded
        and ($department::varchar is null or d.org_unit_id = $department)
        and ($job_family::varchar is null or a.job_family_code = $job_family)
)
