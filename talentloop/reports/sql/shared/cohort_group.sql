-- Which cohorts a row is about: the columns of the group, `d` being the unit.
    s.grouping_code,
    s.month_on,
    d.org_unit_id as department_id,
    d.name as department_name,
    d.name_en as department_name_en,
    case when s.grouping_code = 'job_family' then s.group_code end as job_family_code,
    case when s.grouping_code = 'channel' then s.group_code end as source_channel_code,
