{{ config(materialized='view') }}

select
    answer_evidence_key,
    application_key,
    interview_key,
    answer_key,
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
    evaluated_at
from {{ ref('int_answer_evidence__keep_newest') }}
-- An answer that was evaluated anew may rest on fewer places than before.
qualify evaluated_at = max(evaluated_at) over (partition by interview_key)
