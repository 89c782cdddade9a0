    case $grouping
        when 'company' then ''
        when 'unit' then c.top_org_unit_key
        when 'job_family' then c.job_family_code
        when 'channel' then c.source_channel_code
        when 'month' then c.month_on::varchar
    end as group_code,
