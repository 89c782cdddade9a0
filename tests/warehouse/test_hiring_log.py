"""A real event log, from the file to funnel and audit; expected figures are counted from the file."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from xml.etree.ElementTree import iterparse

import pytest

from connectors.ingest import ingest
from ml.impact import StageImpact, stage_impact
from talentloop import ops
from talentloop.ops.loads import loads, mark_checked
from talentloop.settings import PROJECT_ROOT, Settings
from talentloop.warehouse import build, open_published, publish

FILE = PROJECT_ROOT.parent / "shared" / "data" / "hiring_log_high.xes.gz"
SOURCE = PROJECT_ROOT / "config" / "examples" / "hiring_log" / "source.yml"
RANKS = {
    "Hand In Job Application": 1, "Telephonic Screening": 2, "Screening Interview": 2,
    "Background Check": 2, "Extensive Background Check": 2, "Coding Interview": 4,
    "ML Interview": 4, "Frontend Interview": 4, "Backend Interview": 4, "Behavioral Interview": 4,
    "Make Job Offer": 6,
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One application as the file tells it."""

    is_protected: bool
    events: tuple[tuple[str, datetime], ...]

    @property
    def variant(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.events)

    @property
    def is_open(self) -> bool:
        return self.variant[-1] != "Application Rejected"

    @cached_property
    def furthest(self) -> int:
        """Rank of the furthest stage, moves that were taken back within ten minutes left out."""
        ranks = [RANKS.get(name, 0) for name in self.variant]
        slips = {
            place
            for place in range(1, len(ranks) - 1)
            if ranks[place - 1] == ranks[place + 1] != ranks[place]
            and self.events[place + 1][1] - self.events[place][1] <= timedelta(minutes=10)
        }
        return max(rank for place, rank in enumerate(ranks) if place not in slips)

    def passed(self, stage: int) -> bool | None:
        """Whether it went on from a stage; None where it never entered or still waits there."""
        if self.furthest < stage or (self.furthest == stage and self.is_open):
            return None
        return self.furthest > stage


def read_cases() -> Iterator[Case]:
    with gzip.open(FILE) as file:
        for _, trace in iterparse(file):  # noqa: S314 - a file of our own choosing
            if trace.tag.endswith("}trace"):
                values = {e.get("key"): e.get("value") for e in trace}
                told = [
                    {item.get("key"): item.get("value", "") for item in event}
                    for event in trace
                    if event.tag.endswith("}event")
                ]
                events = tuple(
                    (one["concept:name"], datetime.fromisoformat(one["time:timestamp"]))
                    for one in told
                )
                yield Case(values["protected"] == "true", events)
                trace.clear()


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    if not FILE.exists():
        pytest.skip(f"../shared/data/{FILE.name} is missing; {SOURCE.parent}/README.md tells of it")
    return list(read_cases())


@pytest.fixture(scope="module")
def log(cases: list[Case], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The log, ingested, built and published once."""
    home = tmp_path_factory.mktemp("log") / "home"
    settings = Settings(home=home, now=datetime(2015, 1, 14, tzinfo=UTC))
    ops.migrate(settings)
    ingest(settings, str(SOURCE), path=FILE.parent)
    for load in loads(settings, "pending"):
        mark_checked(settings, load.load_id, load.entity, "passed")
    build(settings)
    publish(settings)
    return settings


def test_the_last_event_decides_the_state_and_every_variant_is_kept(
    log: Settings, cases: list[Case]
) -> None:
    with open_published(log) as db:
        states = db.sql("select status_code, count(*) as n from fct_application group by all")
    found = {row["status_code"]: row["n"] for row in states.to_pylist()}
    assert found == {"open": sum(c.is_open for c in cases), "rejected": 7570}
    assert len(cases) == 10_000
    assert len({case.variant for case in cases}) == 386


def test_a_repeated_stage_counts_once_in_the_funnel(log: Settings, cases: list[Case]) -> None:
    with open_published(log) as db:
        funnel = db.sql(
            "select stage_code, sum(n_entered)::int as n_entered, sum(n_advanced)::int as n_advanced "
            "from mart_hiring_funnel group by all"
        )
    rows = {row["stage_code"]: row for row in funnel.to_pylist()}
    for stage, rank in (("applied", 1), ("screen", 2), ("interview", 4), ("offer", 6)):
        entered = [case for case in cases if case.furthest >= rank]
        went_on = sum(case.passed(rank) is True for case in cases)
        assert rows[stage]["n_entered"] == len(entered), stage
        assert rows[stage]["n_advanced"] == went_on, stage
    events = Counter(name for case in cases for name in case.variant)
    assert events["Make Job Offer"] > rows["offer"]["n_entered"]  # the log repeats itself


def test_the_impact_ratio_of_the_protected_group_is_found_at_every_stage(
    log: Settings, cases: list[Case]
) -> None:
    found = {
        item.stage_code: item
        for item in stage_impact(log, source="hiring_log")
        if item.attribute == "protected_group" and item.job_family_code is None
    }
    assert list(found) == ["applied", "screen", "interview", "offer", "overall"]

    def expected(stage: int, *, is_protected: bool) -> float:
        said = [c.passed(stage) for c in cases if c.is_protected == is_protected]
        return sum(p is True for p in said) / sum(p is not None for p in said)

    for stage, rank in (("applied", 1), ("screen", 2), ("interview", 4)):
        rates = {rate.group: rate for rate in found[stage].rates}
        ours, others = (expected(rank, is_protected=p) for p in (True, False))
        assert rates["protected"].rate == pytest.approx(ours, abs=1e-12)
        assert rates["protected"].impact_ratio == pytest.approx(ours / others, abs=1e-12)
        assert rates["protected"].flag == "review"
    assert ratios(found) == {"applied": 0.746, "screen": 0.256, "interview": 0.614}
    assert found["offer"].n_open == 2430  # nobody has answered: nothing is judged there
    assert {rate.flag for rate in found["offer"].rates} == {"not judged"}


def ratios(found: dict[str, StageImpact]) -> dict[str, float]:
    return {
        stage: round(rate.impact_ratio, 3)
        for stage, item in found.items()
        for rate in item.rates
        if rate.group == "protected" and rate.impact_ratio
    }
