select
    application.source,
    application.application_id,
    {{ result_columns() }}
from {{ ref('fct_application') }} as application
inner join {{ ref('int_application__score') }} as score using (application_key)
where application.source in {{ write_back_sources() }} and not application.is_excluded
