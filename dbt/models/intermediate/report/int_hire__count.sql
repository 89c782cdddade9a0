-- One row per accepted hire that counts, with its month in the requisition's time zone.
select
    application.application_key,
    application.top_org_unit_key,
    application.time_to_hire_days,
    {{ month_of(local_date('application.accepted_at', 'situated.time_zone')) }} as month_on
from {{ ref('fct_application') }} as application
inner join {{ ref('int_application__situate') }} as situated using (application_key)
where application.is_hired and not application.is_excluded and application.accepted_at is not null
