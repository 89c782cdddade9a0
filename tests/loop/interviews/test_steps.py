"""From a finished interview to landing zone, outbox and report; said again, it says nothing new."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from interview.evaluation.notice import find, key_of, notice
from interview.session import Interview
from loop.interviews import steps
from loop.interviews.records import SOURCE
from talentloop.errors import ConfigError
from talentloop.landing import LandingZone
from talentloop.ops import session
from talentloop.ops.incidents import open_incidents
from talentloop.ops.interviews import UnitCost, capacity, interview_measures
from talentloop.ops.models import OutboxRow
from talentloop.settings import Settings
from tests.interview.evaluation.made import engines, folder, interview

SF = "successfactors"
KEY = key_of(SF, "I-1")


@pytest.fixture(autouse=True)
def reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "engines_of", lambda _settings: engines())


def given(settings: Settings, **changes: object) -> Interview:
    made = interview(code=True).model_copy(update={"source": SF, **changes})
    notice(settings, folder(settings.home, made), is_simulated=True)
    return made


def evaluated(settings: Settings) -> None:
    for kind in ("audio", "code"):
        for each in steps.waiting(settings, kind):
            assert steps.run_evaluate(settings, **each)


def outbox(settings: Settings) -> Sequence[OutboxRow]:
    with session(settings) as db:
        return db.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()


def landed(settings: Settings, entity: str) -> list[dict[str, object]]:
    return LandingZone(settings).read(entity, source=SOURCE).to_pylist()


def test_a_finished_interview_lands_with_its_evidence(settings: Settings) -> None:
    given(settings)
    evaluated(settings)
    [key] = steps.finished(settings)
    counts = steps.run_finish(settings, key)
    assert counts["landed"] == {
        "answer": 3, "answer_evidence": 9, "code_verdict": 1, "dimension_score": 5,
        "interview_report": 1,
    }  # fmt: skip
    scores = {row["dimension_code"]: row for row in landed(settings, "dimension_score")}
    evidence = {row["dimension_code"] for row in landed(settings, "answer_evidence")}
    assert scores.keys() <= evidence
    assert scores["logic"]["score_0_1"] == 0.8
    assert scores["logic"]["application_source"] == SF
    assert "I" in str(scores["logic"]["comment"])
    [verdict] = landed(settings, "code_verdict")
    assert (verdict["verdict_code"], verdict["n_passed"]) == ("AC", 1)


def test_the_result_goes_out_at_once_as_the_export_will_say_it(settings: Settings) -> None:
    given(settings)
    evaluated(settings)
    steps.run_finish(settings, KEY)
    rows = {row.operation: row for row in outbox(settings)}
    assert {row.entity_key for row in rows.values()} == {"A-I-1"}
    result = json.loads(rows["interview_result"].payload_json)
    assert result["cust_tlOverallScore"] == 85.56
    assert (result["cust_tlLogic"], result["cust_tlProfessionalism"]) == (80.0, 100.0)
    assert (result["cust_tlScorers"], result["cust_tlRuleVersion"]) == (1, "1")
    report = json.loads(rows["interview_report"].payload_json)
    assert report["cust_tlStars"] == 4.5
    assert report["cust_tlRemark"].startswith("【模拟数据】")


def test_a_killed_finish_is_run_again_and_doubles_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(settings)
    evaluated(settings)

    class Killed(BaseException):
        pass

    for part in ("write_report", "land", "hand_out", "_tell", "_judge_lateness"):
        real = getattr(steps, part)

        def dies(*args: object, _real: object = real, **named: object) -> None:
            _real(*args, **named)  # type: ignore[operator]
            raise Killed

        monkeypatch.setattr(steps, part, dies)
        with pytest.raises(Killed):
            steps.run_finish(settings, KEY)
        monkeypatch.setattr(steps, part, real)
    steps.run_finish(settings, KEY)
    assert find(settings, KEY).state == "delivered"
    assert len(landed(settings, "answer")) == 3
    assert len(landed(settings, "dimension_score")) == 5
    assert len(outbox(settings)) == 2


def test_a_system_that_takes_nothing_back_gets_nothing(settings: Settings) -> None:
    given(settings, source="elsewhere")
    evaluated(settings)
    steps.run_finish(settings, key_of("elsewhere", "I-1"))
    assert outbox(settings) == []
    assert len(landed(settings, "interview_report")) == 1


def test_only_what_is_whole_is_finished(settings: Settings) -> None:
    given(settings)
    assert steps.finished(settings) == []
    assert steps.run_finish(settings, KEY)["state"] == "waiting"
    assert landed(settings, "answer") == []
    with pytest.raises(ConfigError, match="no such interview"):
        steps.run_finish(settings, key_of(SF, "I-2"))


def test_a_late_report_opens_an_incident(settings: Settings) -> None:
    given(settings)
    evaluated(settings)
    late = settings.model_copy(update={"now": settings.clock.now().replace(minute=11)})
    steps.run_finish(late, KEY)
    [incident] = [i for i in open_incidents(settings) if i.kind == "report_late"]
    assert "later than 10 minutes" in incident.title


def test_backlog_and_cost_are_counted(settings: Settings) -> None:
    given(settings)
    assert interview_measures(settings).open_audio == 2
    evaluated(settings)
    steps.run_finish(settings, KEY)
    found = interview_measures(settings)
    assert (found.open_audio, found.open_code, found.states) == (0, 0, {"delivered": 1})
    assert found.p95_seconds == 0
    assert found.cost.answers == 3
    assert found.cost.audio_minutes == pytest.approx(0.2)  # two recordings of six seconds


def test_workers_follow_from_the_cost_of_an_interview() -> None:
    cost = UnitCost(10, 60.0, None, 20.0, 0.0)  # 20 minutes at 60 s: 1,200 CPU seconds
    found = capacity(cost, 0.7)
    assert [each.interviews_per_hour for each in found] == [100, 200, 300, 400, 500]
    assert found[0].load == pytest.approx(33.333, abs=0.001)
    assert [each.workers for each in found] == [48, 96, 143, 191, 239]
    assert capacity(UnitCost(0, None, None, 0.0, 0.0), 0.7) == []
