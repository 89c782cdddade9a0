{{ landed('answer_evidence') }}

select
    {{ key('source_id') }} as answer_evidence_key,
    {{ key('application_id', source='application_source') }} as application_key,
    {{ key('interview_id', source='application_source') }} as interview_key,
    {{ key('answer_id') }} as answer_key,
    source,
    question_code,
    dimension_code,
    signal_code,
    answer_score_0_1,
    anchor_level,
    signal_score_0_1,
    signal_weight,
    char_start,
    char_end,
    audio_start_seconds,
    audio_end_seconds,
    scorer_code,
    scorer_version,
    is_counted,
    evaluated_at,
    {{ version_columns() }}
from landed
