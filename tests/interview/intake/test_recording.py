"""What is kept of screening: records once, proposals for people, decisions that stay."""

from __future__ import annotations

import json
from datetime import date

import pyarrow.compute as pc
import pytest

from interview.intake.record import KIND, SOURCE, Screened, decide, queue, record
from interview.intake.rules import rule_set
from interview.intake.screen import ScreeningResult, screen
from talentloop.errors import ConfigError
from talentloop.landing import LandingZone
from talentloop.ops import audit
from talentloop.ops.loads import pending_loads
from talentloop.ops.proposals import proposals
from talentloop.settings import Settings
from tests.interview.intake.resumes import ENGINEER, document, taxonomy, told

CLERK = "姓名：王五 学历：大专 专业：会计学\n工作经历\n2024.01-2025.06 长江汽车工业有限公司 会计"


def screened(settings: Settings, application: str, text: str) -> Screened:
    rules = rule_set(settings, "mechanical_engineer", on=date(2026, 11, 2))
    result: ScreeningResult = screen(document(text), told(text), rules, taxonomy())
    return Screened("hr", application, result)


def test_every_finding_lands_once_however_often_it_is_kept(settings: Settings) -> None:
    both = [screened(settings, "a1", ENGINEER), screened(settings, "a2", CLERK)]
    first, again = record(settings, both), record(settings, both)
    assert (first.landed, again.landed) == (12, 0)
    assert first.proposed == again.proposed
    rows = LandingZone(settings).read("screening_result", source=SOURCE)
    assert rows.num_rows == len(set(rows["source_id"].to_pylist())) == 12
    clerk = rows.filter(pc.equal(rows["application_id"], "a2"))
    assert set(clerk["screening_outcome_code"].to_pylist()) == {"proposed_exclusion"}
    assert [load.entity for load in pending_loads(settings)] == ["screening_result"]


def test_a_run_killed_after_landing_loses_no_proposal(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    clerk = [screened(settings, "a2", CLERK)]
    with monkeypatch.context() as patched:
        patched.setattr("interview.intake.record.record_load", killed)
        with pytest.raises(KeyboardInterrupt):
            record(settings, clerk)
    assert not queue(settings)
    kept = record(settings, clerk)
    assert (kept.landed, len(kept.proposed)) == (0, 1)
    assert [load.entity for load in pending_loads(settings)] == ["screening_result"]


def test_a_proposal_waits_with_every_reason_and_no_word_of_the_resume(settings: Settings) -> None:
    record(settings, [screened(settings, "a1", ENGINEER), screened(settings, "a2", CLERK)])
    (waiting,) = queue(settings)
    assert waiting.subject == "hr:a2"
    assert [r["rule"] for r in waiting.change["reasons"]] == [
        "degree", "field", "manufacturing_years"
    ]  # fmt: skip
    kept = json.dumps([waiting.change, waiting.evidence], ensure_ascii=False)
    assert not [word for word in ("王五", "会计", "长江", "大专") if word in kept]
    degree = next(f for f in waiting.evidence["findings"] if f["rule"] == "degree")
    ((_, start, end),) = degree["places"]
    assert document(CLERK).text[start:end] == "大专"


def test_a_person_decides_with_a_reason_and_the_decision_stays(settings: Settings) -> None:
    clerk = [screened(settings, "a2", CLERK)]
    (proposal,) = record(settings, clerk).proposed
    with pytest.raises(ConfigError, match="own reason"):
        decide(settings, proposal, exclude=True, by="Li Na", note=" ")
    with pytest.raises(ConfigError, match="no exclusion that waits"):
        decide(settings, proposal + 1, exclude=True, by="Li Na", note="x")
    done = decide(settings, proposal, exclude=False, by="Li Na", note="Strong portfolio")
    assert (done.state, done.decided_by) == ("rejected", "Li Na")
    assert record(settings, clerk).proposed == ()
    assert not queue(settings)
    assert audit.first_broken(settings) is None


def test_a_proposal_that_nothing_speaks_for_any_more_is_taken_back(settings: Settings) -> None:
    record(settings, [screened(settings, "a2", CLERK)])
    kept = record(settings, [screened(settings, "a2", ENGINEER)])
    assert (kept.proposed, list(queue(settings))) == ((), [])
    assert [p.state for p in proposals(settings, KIND)] == ["superseded"]
