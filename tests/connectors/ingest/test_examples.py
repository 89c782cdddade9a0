"""The two real files load through their examples; without them, the examples say how to get them."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.ingest import ingest
from connectors.registry import find_source
from talentloop import ops
from talentloop.errors import SourceError
from talentloop.landing import LandingZone
from talentloop.ops import quarantine
from talentloop.settings import PROJECT_ROOT, Settings

DATA = PROJECT_ROOT.parent / "shared" / "data"
EXAMPLES = PROJECT_ROOT / "config" / "examples"


def source(name: str, file: str) -> str:
    """The example's source file; skips where its data are missing."""
    path = EXAMPLES / name / "source.yml"
    if not (DATA / file).exists():
        pytest.skip(f"../shared/data/{file} is missing; {path.parent}/README.md says how to get it")
    return str(path)


@pytest.mark.parametrize("name", ["ibm_attrition", "hiring_log"])
def test_without_its_file_an_example_says_how_to_get_it(
    settings: Settings, name: str, tmp_path: Path
) -> None:
    path = EXAMPLES / name / "source.yml"
    with pytest.raises(SourceError) as caught:
        ingest(settings, str(path), path=tmp_path / "nowhere")
    assert "public project" in caught.value.remedy
    assert any(licence in caught.value.remedy for licence in ("Apache-2.0", "CC BY 4.0"))
    assert find_source(settings, str(path)).name == name


def test_the_attrition_file_lands_whole(settings: Settings) -> None:
    path = source("ibm_attrition", "ibm_emp_attrition.csv")
    result = ingest(settings, path, path=DATA)
    assert quarantine.listed(settings) == []
    landed = {name: counts.landed for name, counts in result.entities.items()}
    assert landed == {"org_unit": 3, "employee": 1470, "performance_review": 1470}
    zone = LandingZone(settings)
    employees = zone.read("employee")
    assert Counter(employees["status_code"].to_pylist()) == {"active": 1233, "terminated": 237}
    assert Counter(employees["gender"].to_pylist()) == {"male": 882, "female": 588}
    reviews = Counter(zone.read("performance_review")["rating_0_1"].to_pylist())
    assert reviews == {0.666666667: 1244, 1.0: 226}  # 3 and 4 on 1..4
    kept = set().union(*(json.loads(ext) for ext in employees["ext"].to_pylist()))
    assert not kept & {"Gender", "Age", "MaritalStatus", "MonthlyIncome", "PercentSalaryHike"}
    assert "YearsAtCompany" in kept
    assert ingest(settings, path, path=DATA).totals()["pulled"] == 0  # the file has not changed


@pytest.fixture(scope="module")
def log_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home into which the event log has been ingested once."""
    path = source("hiring_log", "hiring_log_high.xes.gz")
    made = Settings(home=tmp_path_factory.mktemp("log"), now=datetime(2026, 11, 2, tzinfo=UTC))
    ops.migrate(made)
    ingest(made, path, path=DATA)
    return made


def test_the_log_lands_whole(log_settings: Settings) -> None:
    zone = LandingZone(log_settings)
    assert quarantine.listed(log_settings) == []
    assert {file.entity: zone.read(file.entity).num_rows for file in zone.files()} == {
        "requisition": 1, "candidate": 10_000, "application": 10_000, "offer": 2430,
        "stage_event": 63_869,
    }  # fmt: skip


def test_an_application_of_the_log_stands_where_its_last_event_put_it(
    log_settings: Settings,
) -> None:
    zone = LandingZone(log_settings)
    applications = zone.read("application", columns=["source_id", "stage_code", "status_code"])
    now = {row["source_id"]: row["stage_code"] for row in applications.to_pylist()}
    assert Counter(now.values()) == {"rejected": 7570, "offer": 2430}
    assert Counter(applications["status_code"].to_pylist()) == {"rejected": 7570, "open": 2430}
    seen: dict[str, set[str]] = {}
    for event in zone.read("stage_event", columns=["application_id", "stage_code"]).to_pylist():
        seen.setdefault(event["application_id"], set()).add(event["stage_code"])
    both = [case for case, stages in seen.items() if {"offer", "rejected"} <= stages]
    assert len(both) == 1413
    assert Counter(now[case] for case in both) == {"offer": 1313, "rejected": 100}


def test_protected_attributes_of_the_log_land_in_protected_fields_only(
    log_settings: Settings,
) -> None:
    zone = LandingZone(log_settings)
    candidates = zone.read("candidate")
    assert Counter(candidates["citizenship"].to_pylist()) == {"citizen": 5811, "other": 4189}
    assert min(candidates["age_years"].to_pylist()) == 10
    kept = set().union(*(json.loads(ext) for ext in candidates["ext"].to_pylist()))
    assert kept == {"yearsOfEducation"}
    for entity in ("application", "stage_event", "offer", "requisition"):
        assert set(zone.read(entity)["ext"].to_pylist()) == {None}
