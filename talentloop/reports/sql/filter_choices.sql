-- What the filters offer: departments, job families, channels and months that occur.
with

choice as (
    select 'department' as filter_code, d.org_unit_id as value, d.name, d.name_en,
        count(*) as n
    from fct_application as a
    inner join dim_org_unit as d on a.top_org_unit_key = d.org_unit_key
    group by all
    union all
    select 'job_family', job_family_code, null, null, count(*)
    from fct_application
    where job_family_code is not null
    group by all
    union all
    select 'channel', source_channel_code, null, null, count(*)
    from fct_application
    where source_channel_code is not null
    group by all
    union all
    select 'month', strftime(cohort_month_on, '%Y-%m'), null, null, count(*)
    from fct_application
    where cohort_month_on is not null
    group by all
)

select filter_code, value, name, name_en, n from choice
order by filter_code, value
