-- A result lies inside the candidate's record there, so its key names candidate and application. Times
-- are kept there to the second.
select
    newest.candidate_id || '|' || application.application_id as result_key,
    application.source,
    {{ result_columns("date_trunc('second', score.last_scored_at)") }}
from {{ ref('fct_application') }} as application
inner join {{ ref('int_application__score') }} as score using (application_key)
-- From the application itself: its candidate may be missing here (quarantined), or deleted.
inner join {{ ref('int_application__keep_newest') }} as newest using (application_key)
where application.source in {{ write_back_sources() }} and not application.is_excluded
