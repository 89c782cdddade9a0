"""What a check found, in our own words and without a single value from the data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

#: Ids of offending records named in a failure, so that a person can look them up.
MAX_IDS = 10
#: Mark of expectations whose exceptions are worth a warning even where they are few.
TOLERANT = {"tolerant": True}


@dataclass(frozen=True)
class Failure:
    """An expectation that was not met, or met only within its tolerance (then a warning).

    Attributes:
        expectation: type of the expectation.
        text: what was expected.
        column: column it concerns, empty for the table.
        severity: `critical` fails the batch, `warning` does not.
        unexpected: number of rows that broke it; 0 where it is not counted by row.
        record_ids: some of those rows' source ids.
    """

    expectation: str
    text: str
    column: str
    severity: str
    unexpected: int = 0
    record_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class SuiteRun:
    """The outcome of one suite on one batch.

    Attributes:
        evaluated: expectations evaluated.
        failures: what was not met, warnings included.
        docs_path: page of the data docs, relative to their folder; empty when there is none.
    """

    suite: str
    entity: str
    source: str
    load_id: str
    evaluated: int
    failures: tuple[Failure, ...] = ()
    docs_path: str = ""

    @property
    def critical(self) -> tuple[Failure, ...]:
        """The failures that fail the batch."""
        return tuple(f for f in self.failures if f.severity == "critical")

    @property
    def success(self) -> bool:
        """Whether nothing critical failed."""
        return not self.critical

    @property
    def summary(self) -> str:
        """What failed, in one line."""
        return "; ".join(_line(f) for f in self.critical) or "passed"

    def failures_json(self) -> str:
        """The failures as JSON, for the operations database."""
        return json.dumps([asdict(f) for f in self.failures], ensure_ascii=False)


@dataclass(frozen=True)
class BatchRun:
    """The outcome of all suites on one batch: a landed load, features or predictions."""

    entity: str
    source: str
    load_id: str
    suites: tuple[SuiteRun, ...]

    @property
    def success(self) -> bool:
        """Whether every suite holds."""
        return all(suite.success for suite in self.suites)

    @property
    def warnings(self) -> int:
        """Number of expectations that were not met without failing the batch."""
        return sum(len(suite.failures) - len(suite.critical) for suite in self.suites)

    @property
    def summary(self) -> str:
        """What failed, in one line."""
        return "; ".join(s.summary for s in self.suites if not s.success) or "passed"


@dataclass(frozen=True)
class CheckReport:
    """The outcome of a run of checks, batch by batch."""

    run_id: str
    runs: Sequence[BatchRun] = field(default_factory=list)

    @property
    def failed(self) -> list[BatchRun]:
        """Batches that failed."""
        return [run for run in self.runs if not run.success]


def _line(failure: Failure) -> str:
    rows = f" ({failure.unexpected} rows)" if failure.unexpected else ""
    ids = f", for instance {', '.join(failure.record_ids[:3])}" if failure.record_ids else ""
    return f"expected: {failure.text}{rows}{ids}"


def failure_of(result: Any, record_ids: Sequence[str] = ()) -> Failure | None:
    """The failure in one validation result of Great Expectations; None when it holds without exception."""
    config = result.expectation_config
    unexpected = int((result.result or {}).get("unexpected_count") or 0)
    tolerated = (
        bool(result.success) and unexpected > 0 and TOLERANT.items() <= (config.meta or {}).items()
    )
    if result.success and not tolerated:
        return None
    return Failure(
        expectation=str(config.type),
        text=_text(result),
        column=str(config.kwargs.get("column") or config.kwargs.get("column_A") or ""),
        severity="warning" if tolerated else _severity(config),
        unexpected=unexpected,
        record_ids=tuple(record_ids),
    )


def _severity(config: Any) -> str:
    return str(getattr(config.severity, "value", config.severity) or "critical")


def _text(result: Any) -> str:
    text = str(result.expectation_config.description or result.expectation_config.type)
    return f"{text} (could not be evaluated)" if _raised(result) else text


def _raised(result: Any) -> bool:
    info = result.exception_info or {}
    entries = [info] if "raised_exception" in info else list(info.values())
    return any(entry.get("raised_exception") for entry in entries)
