"""Answers left to a person: which wait, and that a named person has looked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from interview.evaluation.notice import key_of, notice
from interview.evaluation.queue import AnswerKey, answers, reopen, waiting
from interview.evaluation.review import left_to_people, review
from interview.evaluation.work import evaluate
from interview.session import Turn
from talentloop.errors import ConfigError
from talentloop.ops import audit, session
from talentloop.ops.models import AuditRow
from talentloop.settings import Settings
from tests.interview.evaluation.made import engines, folder, interview

KEY = key_of("hr", "I-1")
SILENT = AnswerKey(KEY, "q1-1")


@pytest.fixture
def silent(settings: Settings) -> Settings:
    """An interview evaluated with nothing heard in its first answer and in an earlier attempt."""
    given = interview()
    again = Turn(answer_id="q2-0", question_code="q2", file="q2-0.wav", attempt=1)
    later = given.turns[1].model_copy(update={"attempt": 2})
    given = given.model_copy(update={"turns": (given.turns[0], again, later)})
    path = folder(settings.home, given)
    for name in ("q1.wav", "q2-0.wav"):
        (path / name).write_text(" ")
    notice(settings, path, is_simulated=True)
    for key in waiting(settings):
        assert evaluate(settings, engines(), key)
    return settings


def test_only_answers_that_count_wait_for_a_person(silent: Settings) -> None:
    assert {r.answer_id for r in answers(silent, KEY) if r.outcome == "withheld"} == {
        "q1-1", "q2-0",
    }  # fmt: skip
    (left,) = left_to_people(silent)
    assert (left.answer.answer_id, left.turn.question_code) == ("q1-1", "q1")
    assert left.interview.application_id == "A-I-1"


def test_a_review_is_audited_and_the_answer_waits_no_more(silent: Settings) -> None:
    review(silent, SILENT, by=" li.na ", note="asked again by phone")
    assert not left_to_people(silent)
    with session(silent) as db:
        row = db.scalars(select(AuditRow)).one()
    assert (row.actor, row.action, row.object_ref) == ("li.na", "answer_reviewed", f"{KEY}:q1-1")
    assert audit.first_broken(silent) is None


@pytest.mark.parametrize(
    ("answer", "by", "note", "why"),
    [("q1-1", " ", "heard", "name of who looked"), ("q1-1", "li.na", "", "what came of it"),
     ("q2-1", "li.na", "heard", "No such answer waits"),
     ("q9-9", "li.na", "heard", "No such answer waits")],
)  # fmt: skip
def test_a_review_without_name_reason_or_case_is_refused_and_leaves_no_trace(
    silent: Settings, answer: str, by: str, note: str, why: str
) -> None:
    with pytest.raises(ConfigError, match=why):
        review(silent, AnswerKey(KEY, answer), by=by, note=note)
    assert len(left_to_people(silent)) == 1
    with session(silent) as db:
        assert not db.scalars(select(AuditRow)).all()


def test_the_same_review_again_is_refused(silent: Settings) -> None:
    review(silent, SILENT, by="li.na", note="heard")
    with pytest.raises(ConfigError, match="No such answer waits"):
        review(silent, SILENT, by="li.na", note="heard")


def test_an_answer_evaluated_anew_waits_again(silent: Settings) -> None:
    review(silent, SILENT, by="li.na", note="heard")
    reopen(silent, SILENT)
    assert not left_to_people(silent)  # the machine has not had its turn yet
    assert evaluate(silent, engines(), SILENT)
    assert [each.answer.answer_id for each in left_to_people(silent)] == ["q1-1"]


def test_a_review_killed_before_its_end_changes_nothing(
    silent: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    record: Callable[..., None] = audit.record
    monkeypatch.setattr(audit, "record", killed)
    with pytest.raises(KeyboardInterrupt):
        review(silent, SILENT, by="li.na", note="heard")
    assert len(left_to_people(silent)) == 1
    monkeypatch.setattr(audit, "record", record)
    review(silent, SILENT, by="li.na", note="heard")
    assert not left_to_people(silent)
