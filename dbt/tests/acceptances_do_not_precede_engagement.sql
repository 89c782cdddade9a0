-- Such times contradict each other; time to hire leaves them out, and this counts them.
{{ config(severity='warn') }}

select
    application_key,
    accepted_at
from {{ ref('fct_application') }}
where is_hired and not is_excluded and accepted_at is not null and time_to_hire_days is null
