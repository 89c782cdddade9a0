-- What the group of a row is: the columns of mart_* cohorts, `d` being the unit.
    $grouping::varchar as grouping_code,
    case when $grouping = 'month' then s.group_code::date end as month_on,
    d.org_unit_id as department_id,
    d.name as department_name,
    d.name_en as department_name_en,
    case when $grouping = 'job_family' then s.group_code end as job_family_code,
    case when $grouping = 'channel' then s.group_code end as source_channel_code,
