"""A worker of its own: takes what waits, leaves alone what it is not for, and says when it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

import interview.judge
from interview.evaluation import queue
from interview.evaluation.notice import key_of, notice
from loop.interviews import settings_of_dag, steps
from loop.interviews.worker import work
from talentloop.errors import JudgeError
from talentloop.ops.incidents import open_incidents
from talentloop.settings import Settings
from tests.interview.evaluation.made import engines, folder
from tests.interview.evaluation.made import interview as made


@pytest.fixture
def own(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation of workers of their own, with an interview of two recordings and a program."""
    monkeypatch.setattr(steps, "engines_of", lambda _settings: engines())
    monkeypatch.setattr(interview.judge, "trust", lambda _settings: None)
    found = settings.model_copy(update={"interview_workers": "own"})
    notice(found, folder(found.home, made(code=True)), is_simulated=True)
    return found


def test_a_worker_evaluates_its_kind_and_the_interview_is_ready_with_the_last(
    own: Settings,
) -> None:
    assert work(own, "audio", until_done=True) == 2
    assert {key.answer_id for key in queue.waiting(own)} == {"q3-1"}
    assert steps.finished(own) == []
    assert work(own, "code", until_done=True) == 1
    assert steps.finished(own) == [key_of("hr", "I-1")]
    assert work(own, until_done=True) == 0


def test_tasks_get_no_answers_where_workers_evaluate(own: Settings) -> None:
    assert steps.waiting(own, "audio") == steps.waiting(own, "code") == []
    by_tasks = own.model_copy(update={"interview_workers": "tasks"})
    assert len(steps.waiting(by_tasks, "audio")) == 2


def test_what_comes_later_is_evaluated_too(own: Settings, tmp_path: Path) -> None:
    class EnoughError(Exception):
        pass

    looks = []

    def sleep(_seconds: float) -> None:
        looks.append(len(queue.waiting(own)))
        if len(looks) == 2:
            raise EnoughError
        notice(own, folder(own.home, made("I-2")), is_simulated=True)

    with pytest.raises(EnoughError):
        work(own, alive=tmp_path / "alive", sleep=sleep)
    assert looks == [0, 0]
    assert set(steps.finished(own)) == {key_of("hr", "I-1"), key_of("hr", "I-2")}
    assert (tmp_path / "alive").exists()


def test_a_judge_whose_sandbox_fails_ends_before_it_takes_an_answer(
    own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_settings: Settings) -> None:
        raise JudgeError("The sandbox does not hold", where="judge, self-test", remedy="Look.")

    monkeypatch.setattr(interview.judge, "trust", refuse)
    with pytest.raises(JudgeError) as caught:
        work(own, "code", until_done=True)
    assert caught.value.exit_code == 12
    (incident,) = open_incidents(own)
    assert "The sandbox does not hold" in incident.title
    assert "q3-1" in {key.answer_id for key in queue.waiting(own, "code")}
    monkeypatch.setattr(interview.judge, "trust", lambda _settings: None)
    work(own, "code", until_done=True)
    assert not open_incidents(own)


def test_the_dag_wakes_for_what_is_evaluated_and_tells_of_what_is_late(own: Settings) -> None:
    assert settings_of_dag(own).schedule == "*/2 * * * *"
    assert steps._has_news(own) is False
    assert not open_incidents(own)
    later = own.model_copy(update={"now": own.clock.now().replace(hour=1)})
    assert steps._has_news(later) is False
    assert [i.kind for i in open_incidents(later)] == ["report_late"]
    work(later, until_done=True)
    assert steps._has_news(later) is True
