"""What a system that keeps results inside its candidate's record gets at once: as its exports say it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import select

from interview.evaluation.notice import key_of
from loop.interviews import steps
from talentloop.contracts import ENTITIES, arrow_schema
from talentloop.errors import TalentLoopError
from talentloop.ids import new_load_id
from talentloop.landing import LandingZone
from talentloop.ops import session
from talentloop.ops.models import OutboxRow
from talentloop.settings import Settings
from tests.loop.interviews.test_steps import evaluated, given, reading  # noqa: F401

ROOT = Path(__file__).parents[3]
NAME = "yonyou"


@pytest.fixture
def home(settings: Settings, tmp_path: Path, without_pdf: None) -> Settings:
    """A home that writes back into 用友."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    example = tmp_path / "config" / "examples" / NAME / "destination.yml"
    shutil.copy(example, tmp_path / "config" / "destinations" / f"{NAME}.yml")
    return settings.model_copy(
        update={"config": tmp_path / "config", "portal_url": "https://tl.example.com"}
    )


def land_application(settings: Settings) -> None:
    told = {"source": NAME, "source_id": "A-I-1", "source_updated_at": settings.now,
            "candidate_id": "C-1", "requisition_id": "R-1", "applied_at": settings.now,
            "stage_code": "ai_interview", "status_code": "open"}  # fmt: skip
    row = ENTITIES["application"].model_validate(told).model_dump()
    table = pa.Table.from_pylist([row], schema=arrow_schema(ENTITIES["application"]))
    LandingZone(settings).write(
        "application", NAME, table, load_id=new_load_id(settings.clock),
        ingested_at=settings.clock.now(),
    )  # fmt: skip


def queued(settings: Settings) -> dict[str, dict[str, Any]]:
    with session(settings) as db:
        rows = db.scalars(select(OutboxRow)).all()
    assert {(row.destination, row.entity_key) for row in rows} == {(NAME, "C-1|A-I-1")}
    return {row.operation: json.loads(row.payload_json) for row in rows}


def test_score_dimensions_remark_stars_and_link_go_out_at_once(home: Settings) -> None:
    land_application(home)
    given(home, source=NAME)
    evaluated(home)
    late = home.model_copy(update={"now": home.clock.now().replace(microsecond=7)})
    steps.run_finish(late, key_of(NAME, "I-1"))
    sent = queued(home)
    assert sent.keys() == {"interview_result", "interview_report"}  # the tag waits for its export
    result, report = sent["interview_result"], sent["interview_report"]
    assert (result["interview_score"], result["dim_logic"]) == (85.56, 80.0)
    assert result["dim_culture"] is None
    assert result["evaluated_at"].endswith(":00.000Z")  # the vendor keeps whole seconds
    assert result["basis"] == "评分人 1 位，规则 1 / 1 scorers, rule 1"
    assert report["stars"] == 4.5
    assert "逻辑思维 5/5" in report["remark"]
    assert report["report_link"].startswith("https://tl.example.com/feedback/")


def test_a_candidate_who_is_not_known_yet_is_waited_for(home: Settings) -> None:
    given(home, source=NAME)
    evaluated(home)
    with pytest.raises(TalentLoopError, match="not known yet"):
        steps.run_finish(home, key_of(NAME, "I-1"))
    land_application(home)
    steps.run_finish(home, key_of(NAME, "I-1"))
    assert len(queued(home)) == 2
