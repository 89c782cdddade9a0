"""Questions from files: the job description, earlier interviews, and hand-written questions."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from interview.questions.make import make_questions
from interview.session import Question
from talentloop.errors import ConfigError, DocumentError
from talentloop.settings import PROJECT_ROOT, Settings
from tests.interview.questions.jobs import SALES

SHIPPED = Settings(config=PROJECT_ROOT / "config", home=Path("unused"))


@pytest.fixture
def job(tmp_path: Path) -> Path:
    path = tmp_path / "job.txt"
    path.write_bytes(SALES.encode("gb18030"))
    return path


def test_hand_written_questions_come_first_and_take_their_time(job: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    question = {"question_code": "own_1", "kind": "behavioural", "dimension_codes": ["culture"],
                "text": {"zh": "请介绍一次您主动承担责任的经历。"}, "seconds": 600}  # fmt: skip
    own.write_text(yaml.safe_dump({"questions": [question]}, allow_unicode=True), encoding="utf-8")
    plain = make_questions(SHIPPED, job, minutes=20, title="大客户经理")
    mixed = make_questions(SHIPPED, job, minutes=20, title="大客户经理", own=own)
    assert mixed.questions[0].question_code == "own_1"
    assert mixed.seconds <= 20 * 60
    assert len(mixed.questions) - 1 < len(plain.questions)
    with pytest.raises(ConfigError, match="greater than") as caught:
        make_questions(SHIPPED, job, minutes=10, own=own)
    assert "hand-written" in caught.value.remedy


def test_questions_of_an_earlier_interviews_folder_are_not_repeated(
    job: Path, tmp_path: Path
) -> None:
    first = make_questions(SHIPPED, job, minutes=20)
    asked: list[Question] = list(first.questions)
    interview = {"interview_id": "i", "source": "hr", "application_id": "a",
                 "ended_at": "2026-11-01T00:00:00Z",
                 "questions": [q.model_dump(mode="json") for q in asked]}  # fmt: skip
    (tmp_path / "interview.yml").write_text(yaml.safe_dump(interview), encoding="utf-8")
    again = make_questions(SHIPPED, job, minutes=20, earlier=[tmp_path])
    assert again.questions
    assert not {q.question_code for q in asked} & {q.question_code for q in again.questions}


def test_a_wish_that_does_not_fit_names_its_field(job: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        make_questions(SHIPPED, job, languages=["de"])
    assert caught.value.where == "field languages.0"
    with pytest.raises(DocumentError):
        make_questions(SHIPPED, tmp_path / "absent.txt")
