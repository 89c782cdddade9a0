-- Where applications that were open at the end of the day chosen stood then, and for how long. What
-- is known today counts: a move that was booked late has its own date.
waiting_spell as (
    select
        s.application_key,
        s.stage_code,
        s.entered_at,
        (epoch_us(i.seen_at) - epoch_us(s.entered_at)) / 86400e6 as open_days
    from fct_stage_spell as s
    inner join fct_application as a using (application_key)
    left join dim_org_unit as d on a.top_org_unit_key = d.org_unit_key
    cross join instant as i
    where
        s.entered_at <= i.seen_at
        and (s.is_open or s.exited_at > i.seen_at)
        and (a.is_open or a.resolved_at > i.seen_at)
        and s.stage_code <> 'hired'
        and not s.is_accidental
        and not a.is_excluded
        and ($department::varchar is null or d.org_unit_id = $department)
        and ($job_family::varchar is null or a.job_family_code = $job_family)
        and ($channel::varchar is null or a.source_channel_code = $channel)
)
