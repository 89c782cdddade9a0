"""What a mapping would do to a source, without landing anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from connectors.base import Page, RawRow, SourceConnector
from connectors.mapping import Reject, StreamMapping, apply_mapping, load_mapping
from connectors.mapping.cells import text_of
from connectors.mapping.paths import is_among, top_level
from connectors.mapping.plans import FieldPlan
from connectors.mapping.rejects import Faults
from connectors.registry import find_source, make_source
from talentloop.settings import Settings

MASK = "•••"
_SAMPLES = 4


@dataclass(frozen=True)
class FieldSample:
    """Some raw values of a field and what they become; masked where they are personal."""

    entity: str
    field: str
    path: str
    raw: str
    mapped: str


@dataclass(frozen=True)
class RejectedRow:
    """A row that would go to quarantine."""

    location: str
    entity: str
    record_id: str
    field: str
    reason: str
    remedy: str


@dataclass
class StreamReport:
    """The mapping's effect on one stream."""

    stream: str
    rows: int = 0
    records: dict[str, int] = field(default_factory=dict)
    collapsed: int = 0
    fields: list[FieldSample] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)
    rejects: list[RejectedRow] = field(default_factory=list)


@dataclass(frozen=True)
class DryRun:
    """The mapping's effect on a source."""

    source: str
    streams: list[StreamReport]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def as_tables(self) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
        """Title, column names and rows of each table to print."""
        for report in self.streams:
            made = ", ".join(f"{count} {entity}" for entity, count in report.records.items())
            head = f"{report.stream}: {report.rows} rows → {made}; {report.collapsed} collapsed"
            yield (
                head,
                ["entity", "field", "from", "raw", "mapped"],
                [[s.entity, s.field, s.path, s.raw, s.mapped] for s in report.fields],
            )
            yield f"{report.stream}: not mapped", ["column"], [[name] for name in report.unmapped]
            yield f"{report.stream}: rejected", [
                "where", "entity", "record", "field", "reason", "remedy",
            ], [[*asdict(reject).values()] for reject in report.rejects]  # fmt: skip


def dry_run(
    settings: Settings,
    source_name: str,
    stream: str | None = None,
    *,
    path: Path | None = None,
    limit: int = 10_000,
) -> DryRun:
    """Read and map up to `limit` rows of each stream, and report; nothing lands or is noted.

    Args:
        stream: only this one.
        path: folder of a file source, in place of the one in its file.

    Raises:
        ConfigError: the source or its mapping is not valid.
        SourceError: the source could not be read.
        ContractError: a field that the contract requires is in none of the rows.
    """
    config = find_source(settings, source_name)
    mapping = load_mapping(config.mapping_file, settings)
    with ExitStack() as stack:
        connector = make_source(settings, config, path)
        stack.callback(getattr(connector, "close", lambda: None))
        wanted = connector.streams() if stream is None else [stream]
        reports = [_report(connector, mapping.stream(n), config.name, limit) for n in wanted]
    return DryRun(config.name, reports)


def _report(
    connector: SourceConnector, rules: StreamMapping, source: str, limit: int
) -> StreamReport:
    report = StreamReport(rules.name)
    names: dict[str, None] = {}
    for page in _up_to(connector.read(rules.name, None), limit):
        mapped = apply_mapping(rules, page, source)
        if not report.rows:
            report.fields = list(_samples(rules, page.rows))
        report.rows += len(page.rows)
        report.collapsed += sum(mapped.duplicates.values()) + sum(mapped.superseded.values())
        for entity, table in mapped.tables.items():
            report.records[entity] = report.records.get(entity, 0) + table.num_rows
        report.rejects.extend(_rejected(reject) for reject in mapped.rejects)
        names.update(
            (str(name), None) for row in page.rows if isinstance(row, dict) for name in row
        )
    report.unmapped = [name for name in names if not _is_read(name, rules)]
    return report


def _up_to(pages: Iterator[Page], limit: int) -> Iterator[Page]:
    left = limit
    for page in pages:
        rows = list(islice(page.rows, left))
        yield Page(rows, page.raw, page.observed_at, page.where, page.first_row)
        left -= len(rows)
        if left <= 0:
            return


def _rejected(reject: Reject) -> RejectedRow:
    return RejectedRow(
        reject.location, reject.entity, reject.record_id, reject.field, reject.reason,
        reject.remedy,
    )  # fmt: skip


def _samples(rules: StreamMapping, rows: Sequence[RawRow]) -> Iterator[FieldSample]:
    readable = [row for row in rows[:200] if type(row) is dict]
    for record in rules.records:
        mine = [row for row in readable if record.accepts is None or record.accepts(row)]
        for plan in record.plans:
            yield _sample(record.entity, plan.contract.name, plan, mine)


def _sample(entity: str, name: str, plan: FieldPlan, rows: Sequence[RawRow]) -> FieldSample:
    origin = " + ".join(plan.paths) or "(constant)"
    if plan.contract.is_personal:
        return FieldSample(entity, name, origin, MASK, MASK)
    mapped = plan.evaluate(rows, Faults()).to_pylist()
    pairs = dict.fromkeys(
        (_shown(raw), _shown(value)) for raw, value in zip(plan.raw(rows), mapped, strict=True)
    )
    few = list(islice(pairs, _SAMPLES))
    return FieldSample(
        entity, name, origin, " | ".join(r for r, _ in few), " | ".join(m for _, m in few)
    )


def _shown(value: object) -> str:
    if value is None or value == "":
        return "–"
    text = text_of(value)
    return (text if text is not None else str(value))[:40]


def _is_read(name: str, rules: StreamMapping) -> bool:
    read = {part for path in rules.paths for part in (path, top_level(path))}
    passed = any(record.custom and record.custom.accepts(name) for record in rules.records)
    return is_among(name, read) or passed
