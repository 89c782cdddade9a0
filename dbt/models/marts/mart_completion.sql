-- Cohorts by the month of the first invitation. A row without a unit is the whole company. Whether a
-- person contacted had begun an application is not known, so that kind has no share of the started.
with asked as (

    select
        'ai_interview' as completion_kind_code,
        month_on,
        top_org_unit_key,
        is_begun,
        n_attempts > 1 as is_retaken,
        completion_code
    from {{ ref('int_interview__complete') }}
    union all
    select
        'application' as completion_kind_code,
        month_on,
        top_org_unit_key,
        null as is_begun,
        false as is_retaken,
        completion_code
    from {{ ref('int_application__complete') }}

),

grouped as (

    select * from asked
    where top_org_unit_key is not null
    union all
    select * replace (null as top_org_unit_key) from asked

)

select
    completion_kind_code,
    month_on,
    top_org_unit_key,
    count(*) as n_invited,
    count(*) filter (is_begun) as n_begun,
    count(*) filter (is_retaken) as n_retaken,
    count(*) filter (completion_code = 'completed') as n_completed,
    count(*) filter (completion_code = 'refused') as n_refused,
    count(*) filter (completion_code = 'technical_failure') as n_technical_failures,
    count(*) filter (completion_code = 'expired') as n_expired,
    count(*) filter (completion_code = 'open') as n_open,
    count(*) filter (completion_code = 'completed') / count(*)::double as completed_of_invited_rate,
    count(*) filter (completion_code = 'completed' and is_begun)
    / nullif(count(*) filter (is_begun), 0)::double as completed_of_begun_rate
from grouped
where month_on is not null
group by completion_kind_code, month_on, top_org_unit_key
