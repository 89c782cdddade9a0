"""The judge as the evaluation of an interview uses it."""

from __future__ import annotations

from pathlib import Path

from interview.evaluation.answer import evaluate_answer
from interview.evaluation.engines import default_engines
from interview.evaluation.folder import load_folder, write_folder
from interview.judge.judging import Bench
from interview.session import Interview
from talentloop.settings import Settings

SOURCE = (Settings().config / "problems" / "brackets" / "solutions" / "stack.py").read_text()


def test_a_code_answer_is_judged_and_a_copy_flagged(
    bench: Bench, judge_settings: Settings, tmp_path: Path
) -> None:
    given = Interview.model_validate(
        {
            "interview_id": "I-1", "source": "hr", "application_id": "A-1",
            "ended_at": "2026-11-01T09:00:00Z", "language_code": "zh",
            "questions": [
                {"question_code": "q1", "kind": "coding", "text": {"zh": "括号匹配"},
                 "dimension_codes": ["professionalism"], "problem_code": "brackets"}
            ],
            "turns": [
                {"answer_id": "q1-1", "question_code": "q1", "file": "q1.py",
                 "programming_language": "python"}
            ],
        }
    )  # fmt: skip
    write_folder(tmp_path / "I-1", given)
    (tmp_path / "I-1" / "q1.py").write_text(SOURCE)
    folder = load_folder(tmp_path / "I-1")
    made = default_engines(judge_settings)
    copied = SOURCE.replace("stack", "opened")
    result, _ = evaluate_answer(made, folder, given.turns[0], [copied, "print(1)\n"])
    assert result.judgement is not None
    assert (result.judgement.verdict_code, result.judgement.passed_0_1) == ("AC", 1.0)
    assert result.score is not None
    assert result.score.dimensions[0].score_0_1 == 1.0
    assert [flag.code for flag in result.score.flags] == ["copied_code"]
    alone, _ = evaluate_answer(made, folder, given.turns[0])
    assert alone.score is not None
    assert alone.score == result.score.model_copy(update={"flags": ()})
