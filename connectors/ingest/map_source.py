"""What a source has, a draft of its mapping, and what the draft does to live rows; nothing lands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol, runtime_checkable

import yaml

from connectors.base import Page, SourceConnector
from connectors.ingest.draft import StreamDraft, as_yaml, draft_stream
from connectors.ingest.schema import compared, noted, remembered, said
from connectors.mapping import apply_mapping, load_mapping
from connectors.mapping.load import Mapping as LoadedMapping
from connectors.mapping.profile import FieldSeen, Profile
from connectors.registry import SourceConfig, find_source, make_source
from talentloop.errors import ConfigError, ContractError
from talentloop.settings import Settings

#: Connectors that read whole rows whatever their mapping says; others ask for mapped fields only.
_READ_ALL = ("files", "rest")
_WORDS = 40


@runtime_checkable
class Describes(Protocol):
    """A connector whose system tells its fields."""

    def describe(self, stream: str) -> Sequence[FieldSeen]:
        """The fields of a stream by the vendor's metadata."""
        ...


@dataclass
class StreamMap:
    """One stream: its draft, what the draft does, and what has changed since the last run.

    Attributes:
        problem: why the draft cannot be tried as it is; empty where it was.
        records: entity → records that would land.
        rejects: `entity.field: reason` → rows that would go to quarantine.
        changes: fields that are not what they were at the last run, in words.
    """

    draft: StreamDraft
    problem: str = ""
    records: dict[str, int] = field(default_factory=dict)
    rejects: dict[str, int] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            **self.draft.as_dict(), "problem": self.problem, "records": self.records,
            "rejects": self.rejects, "changes": self.changes,
        }  # fmt: skip


@dataclass
class SourceMap:
    """The drafted mapping of a source."""

    source: str
    streams: list[StreamMap]
    noted: list[str]

    @property
    def yaml(self) -> str:
        """The draft as a mapping file."""
        return as_yaml([found.draft for found in self.streams], self.source)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        streams = [found.as_dict() for found in self.streams]
        return {
            "source": self.source, "streams": streams, "noted": self.noted, "draft": self.yaml
        }  # fmt: skip

    def as_tables(self) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
        """Title, column names and rows of each table to print."""
        for found in self.streams:
            d = found.draft
            yield (
                f"{d.stream}: {d.rows} rows → {d.entity or 'no entity fits'}",
                ["field", "kind", "form", "in rows", "called", "becomes", "conflict"],
                [
                    [g.path, g.kinds, g.form, f"{g.share:.0%}", g.label, g.target, g.conflict]
                    for g in d.guesses
                ],
            )
            if d.missing:
                yield f"{d.stream}: required and not found", ["field"], [[n] for n in d.missing]
            tried = [[entity, count, "would land"] for entity, count in found.records.items()]
            tried += [[name, count, "would be rejected"] for name, count in found.rejects.items()]
            if found.problem:
                tried.append([d.stream, "", found.problem])
            yield f"{d.stream}: the draft on these rows", ["what", "rows", "outcome"], tried
            if found.changes:
                yield f"{d.stream}: changed since the last run", ["change"], [
                    [change] for change in found.changes
                ]  # fmt: skip
        if self.noted:
            yield "Changes noted in earlier runs", ["change"], [[text] for text in self.noted]


def map_source(
    settings: Settings,
    source_name: str,
    *,
    path: Path | None = None,
    entities: Mapping[str, str] | None = None,
    rows: int = 500,
) -> SourceMap:
    """Draft a mapping for a source, and try it on up to `rows` live rows of each stream.

    Args:
        path: folder of a file source, in place of the one in its file.
        entities: stream → entity, where the guess from its name would be wrong.

    Raises:
        ConfigError: the source or its options do not fit.
        SourceError: it could not be read.
    """
    config = find_source(settings, source_name)
    current = _current(settings, config)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="talentloop-map-")))
        if config.connector in _READ_ALL:
            stub = _stub(_names(config), folder / "stub.yml")
            config = config.model_copy(update={"mapping": str(stub)})
        connector = make_source(settings, config, path)
        stack.callback(getattr(connector, "close", lambda: None))
        found = []
        for stream in connector.streams():
            pages = list(_up_to(connector.read(stream, None), rows))
            made = _drafted(connector, config, stream, pages, (entities or {}).get(stream, ""))
            found.append(made)
            _try(settings, made, pages, config.name, folder)
            if current is not None and stream in current.streams:
                made.changes = _changes(settings, config.name, stream, pages, current)
    return SourceMap(config.name, found, [_told(row) for row in noted(settings, config.name)[:20]])


def _current(settings: Settings, config: SourceConfig) -> LoadedMapping | None:
    """The mapping in force; None where there is none yet, which is what this is for."""
    try:
        if not config.mapping_file.is_file():
            return None
    except ConfigError:
        return None
    return load_mapping(config.mapping_file, settings)


def _names(config: SourceConfig) -> list[str]:
    if config.connector == "rest":
        return [str(item.get("name")) for item in config.options.get("resources", [])]
    return list(config.options.get("streams", {}))


def _stub(names: Sequence[str], path: Path) -> Path:
    """A mapping that reads no field, so that a source can be opened that has none yet."""
    record = {"entity": "org_unit", "key": {"const": "x"}, "fields": {"name": {"const": "x"}}}
    path.write_text(yaml.safe_dump({"streams": {name: {"records": [record]} for name in names}}))
    return path


def _up_to(pages: Iterator[Page], limit: int) -> Iterator[Page]:
    left = limit
    for page in pages:
        some = list(islice(page.rows, left))
        yield Page(some, b"", page.observed_at, page.where, page.first_row)
        left -= len(some)
        if left <= 0:
            return


def _drafted(
    connector: SourceConnector,
    config: SourceConfig,
    stream: str,
    pages: Sequence[Page],
    entity: str,
) -> StreamMap:
    profile = Profile()
    for page in pages:
        profile.look_at(page.rows, words=_WORDS)
    if isinstance(connector, Describes):
        for described in connector.describe(stream):
            seen = profile.fields.setdefault(described.path, described)
            seen.label = seen.label or described.label
    resources = config.options.get("resources", [])
    key: list[str] = next(
        (item.get("key", []) for item in resources if item.get("name") == stream), []
    )
    return StreamMap(draft_stream(stream, profile, entity=entity, key=key))


def _try(
    settings: Settings, made: StreamMap, pages: Sequence[Page], source: str, folder: Path
) -> None:
    """Map the rows with the draft."""
    draft = made.draft
    if draft.rule is None or draft.missing:
        made.problem = (
            "not tried: required and not found: " + ", ".join(draft.missing)
            if draft.missing
            else "not tried: no entity fits; name one with --entity"
        )
        return
    file = folder / "draft.yml"
    file.write_text(yaml.safe_dump({"streams": {draft.stream: draft.rule}}, allow_unicode=True))
    try:
        rules = load_mapping(file, settings).stream(draft.stream)
        mapped = [apply_mapping(rules, page, source) for page in pages]
    except (ConfigError, ContractError) as error:
        made.problem = f"not tried: {error.what}"
        return
    records: Counter[str] = Counter()
    rejects: Counter[str] = Counter()
    for page in mapped:
        records.update({entity: table.num_rows for entity, table in page.tables.items()})
        rejects.update(f"{r.entity}.{r.field}: {r.reason_code}" for r in page.rejects)
    made.records, made.rejects = dict(records), dict(rejects)


def _changes(
    settings: Settings,
    source: str,
    stream: str,
    pages: Sequence[Page],
    current: LoadedMapping,
) -> list[str]:
    before = remembered(settings, source, stream)
    if before is None:
        return []
    profile = Profile()
    for page in pages:
        profile.look_at(page.rows)
    found = compared(before, profile.as_memory(), profile.rows, current.stream(stream))
    return [said(change) for change in found]


def _told(row: Any) -> str:
    kinds = f"{row.before or '–'} → {row.after or '–'}"
    mapped = ", mapped" if row.is_mapped else ""
    at = f"{row.noticed_at:%Y-%m-%d %H:%M}"
    return f"{at} {row.stream}: {row.field} {row.change} ({kinds}{mapped})"
