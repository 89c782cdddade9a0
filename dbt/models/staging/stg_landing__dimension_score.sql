{{ landed('dimension_score') }}

select
    {{ key('source_id') }} as dimension_score_key,
    {{ key('application_id', source='coalesce(application_source, source)') }} as application_key,
    {{ key('interview_id', source='coalesce(application_source, source)') }} as interview_key,
    {{ key('scorer_id') }} as scorer_key,
    source,
    dimension_code,
    score_raw,
    scale_min,
    scale_max,
    score_0_1,
    scorer_type as scorer_type_code,
    scored_at,
    -- Landed before the field existed: an assessment.
    coalesce(score_purpose_code, 'assessment') as score_purpose_code,
    {{ version_columns() }}
from landed
