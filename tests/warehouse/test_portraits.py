"""Approved weights: nothing before the approval, new scores from its day on, the past replayable."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from connectors.sandbox.company import CLOCK_START
from ml.weights import approve
from talentloop.errors import ConfigError
from talentloop.ops import audit
from talentloop.ops.proposals import proposals, propose
from talentloop.settings import PROJECT_ROOT, Settings
from talentloop.warehouse import build
from talentloop.warehouse.portraits import load_portrait
from tests.warehouse.landed import Warehouse, rows_of

WEIGHTS = {"communication": 0.10, "logic": 0.20, "professionalism": 0.25, "teamwork": 0.25,
           "stress": 0.10, "culture": 0.10}  # fmt: skip
CHANGE = {"version": "2", "replaces": "1", "weights": WEIGHTS}
SCORED = "select application_key, overall_score_0_100, portrait_version from intermediate.int_application__score"
STARTED = "select application_key, min(scored_at) from marts.fct_dimension_score group by 1"
REPLAY = PROJECT_ROOT / "talentloop" / "reports" / "sql" / "score_replay.sql"


@pytest.fixture
def own(warehouse: Warehouse, tmp_path: Path) -> Settings:
    """The first build in a home of one's own, at a moment in the middle of its history."""
    home = tmp_path / "home"
    shutil.copytree(warehouse.settings.home, home)
    made = warehouse.settings.model_copy(
        update={"home": home, "now": datetime(2026, 6, 1, 4, tzinfo=UTC)}
    )
    shutil.copyfile(warehouse.refreshed, made.warehouse_file)
    return made


def replayed(file: Path, version: str) -> dict[str, float]:
    """Overall scores under a version, by the report's own query."""
    with duckdb.connect(str(file), read_only=True) as db:
        db.execute("set schema = 'marts'")
        rows = db.execute(
            REPLAY.read_text(), {"portrait": "default", "version": version}
        ).fetchall()
    return {key: score for key, _, score in rows}


def test_an_approval_weighs_what_is_scored_from_its_day_on_and_the_past_can_be_replayed(
    own: Settings,
) -> None:
    before = {key: score for key, score, _ in rows_of(own.warehouse_file, SCORED)}
    number = propose(own, "weights", "default", CHANGE, {"n": 120})
    assert load_portrait(own, "default").newest.version == "1"  # a proposal changes nothing
    with pytest.raises(ConfigError, match="still to come"):
        approve(own, number, "li.na", effective_on=date(2026, 6, 1))
    made = approve(own, number, "li.na", effective_on=date(2026, 7, 1), note="validity")
    assert made.effective_at == datetime(2026, 6, 30, 16, tzinfo=UTC)  # midnight in Shanghai
    assert sum(made.weights.values()) == pytest.approx(1, abs=1e-12)

    build(own, as_of=CLOCK_START, select="int_application__touch int_application__portrait "
          "int_application__score dim_portrait_weight")  # fmt: skip
    started = dict(rows_of(own.warehouse_file, STARTED))
    after = rows_of(own.warehouse_file, SCORED)
    late = {key for key, at in started.items() if at >= made.effective_at}
    assert 20 < len(late) < len(started) - 20
    assert {key for key, _, version in after if version == "2"} == late
    changed = {key for key, score, _ in after if score != before[key]}
    assert changed <= late
    assert len(changed) > len(late) / 2
    assert replayed(own.warehouse_file, "1") == before
    new = replayed(own.warehouse_file, "2")
    assert {key: new[key] for key in late} == {key: s for key, s, _ in after if key in late}


def test_an_approval_is_audited_and_a_proposal_from_older_weights_is_refused(
    own: Settings,
) -> None:
    number = propose(own, "weights", "default", CHANGE, {"n": 120})
    approve(own, number, "li.na")
    assert proposals(own, "weights")[0].effective_at == datetime(2026, 6, 1, 16, tzinfo=UTC)
    assert audit.first_broken(own) is None
    stale = propose(own, "weights", "default", {**CHANGE, "version": "3"}, {"n": 120})
    with pytest.raises(ConfigError, match="version 2 has been made since"):
        approve(own, stale, "li.na")
