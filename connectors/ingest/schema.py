"""Noticing what a vendor changes: fields that appear, vanish, or change their kind.

The last seen fields of each stream are kept. A change is noted field by field and opens an incident,
which the quality page shows until a person has looked at it. Nothing is dropped for it: a new field
travels in `ext` where the mapping passes it through, and lies in the raw pages in any case; rows that
a change breaks go to quarantine as all broken rows do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from connectors.base import RawRow
from connectors.mapping import StreamMapping
from connectors.mapping.paths import is_among, top_level
from connectors.mapping.profile import Profile
from talentloop.logs import get_logger
from talentloop.ops import session
from talentloop.ops.incidents import open_incident, resolve_incident
from talentloop.ops.models import SchemaChange, StreamSchema
from talentloop.settings import Settings

log = get_logger(__name__)

KIND = "schema_changed"
#: So many rows of a page are looked at: what a vendor changes shows in all of them.
_ROWS_PER_PAGE = 50
#: A field has vanished when none of this many rows has it, though nearly all had it before.
_ENOUGH_ROWS, _NEARLY_ALL = 20, 0.9


@dataclass(frozen=True)
class Change:
    """One field that is not what it was.

    Attributes:
        change: added, vanished, returned or kind.
        before, after: kinds of value, separated by commas.
        is_mapped: the mapping reads it.
        is_kept: its values still arrive: it is mapped, or travels in `ext`.
    """

    field: str
    change: str
    before: str
    after: str
    is_mapped: bool
    is_kept: bool

    @property
    def matters(self) -> bool:
        """Whether a person must look: something mapped changed, or something new is not kept."""
        return self.is_mapped or (self.change == "added" and not self.is_kept)


@dataclass
class SchemaWatch:
    """Looks at the rows of one stream during one run."""

    settings: Settings
    source: str
    rules: StreamMapping
    profile: Profile = field(default_factory=Profile)

    def look_at(self, rows: Sequence[RawRow]) -> None:
        """Take some rows of a page in."""
        step = max(1, len(rows) // _ROWS_PER_PAGE)
        self.profile.look_at(rows[::step][:_ROWS_PER_PAGE])

    def settle(self) -> list[Change]:
        """Compare with what was seen last, note every change, and remember the fields as they are."""
        if not self.profile.rows:
            return []
        now, stream = self.settings.clock.now(), self.rules.name
        seen = self.profile.as_memory()
        with session(self.settings) as db:
            known = db.get(StreamSchema, (self.source, stream))
            if known is None:
                db.add(
                    StreamSchema(
                        source=self.source, stream=stream, fields=seen, first_seen_at=now,
                        changed_at=now,
                    )
                )  # fmt: skip
                return []
            changes = compared(known.fields, seen, self.profile.rows, self.rules)
            known.fields = _merged(known.fields, seen, changes)
            if changes:
                known.changed_at = now
            for change in changes:
                db.add(
                    SchemaChange(
                        source=self.source, stream=stream, field=change.field,
                        change=change.change, before=change.before, after=change.after,
                        is_mapped=change.is_mapped, noticed_at=now,
                    )
                )  # fmt: skip
        self._tell(changes)
        return changes

    def _tell(self, changes: Sequence[Change]) -> None:
        if not changes:
            return
        stream = self.rules.name
        log.warning("schema_changed", source=self.source, stream=stream, fields=len(changes))
        grave = [change for change in changes if change.matters]
        if grave:
            open_incident(
                self.settings,
                kind=KIND,
                where=f"{self.source}/{stream}",
                title=f"{self.source} {stream}: {len(grave)} fields changed",
                detail="; ".join(map(said, grave)),
                remedy=f"Look with `talentloop map {self.source}`, correct the mapping or the source, "
                f"then accept with `talentloop map {self.source} --accept`.",
            )


def said(change: Change) -> str:
    """A change in words."""
    words = {
        "added": f"is new ({change.after})" + ("" if change.is_kept else ", and not kept"),
        "vanished": f"has vanished (was {change.before})",
        "returned": f"is back ({change.after})",
        "kind": f"was {change.before}, is {change.after}",
    }[change.change]
    return f"{change.field} {words}" + (", mapped" if change.is_mapped else "")


def compared(
    before: Mapping[str, Any], after: Mapping[str, Any], rows: int, rules: StreamMapping
) -> list[Change]:
    """What differs between two sights of a stream.

    Args:
        rows: how many rows the second one is of.
    """
    changes = []
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        kind = _what(old, new, rows)
        if kind:
            changes.append(
                Change(path, kind, _kinds(old), _kinds(new), _is_mapped(path, rules),
                       _is_kept(path, rules))
            )  # fmt: skip
    return changes


def _what(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, rows: int) -> str:
    if old is None:
        return "added"
    if new is None:
        was_there = not old.get("gone") and float(old["share"]) >= _NEARLY_ALL
        return "vanished" if was_there and rows >= _ENOUGH_ROWS else ""
    if old.get("gone"):
        return "returned"
    return "kind" if set(new["kinds"]) - set(old["kinds"]) else ""


def _merged(
    before: Mapping[str, Any], seen: Mapping[str, Any], changes: Sequence[Change]
) -> dict[str, Any]:
    """The memory after a sight: rare fields stay known though they were not among these rows."""
    merged = {**before, **seen}
    for path in before.keys() & seen.keys():
        kinds = sorted({*before[path]["kinds"], *seen[path]["kinds"]})
        merged[path] = {**seen[path], "kinds": kinds}
    for change in changes:
        if change.change == "vanished":
            merged[change.field] = {**before[change.field], "gone": True}
    return merged


def _kinds(entry: Mapping[str, Any] | None) -> str:
    return ", ".join(entry["kinds"]) if entry else ""


def _is_mapped(path: str, rules: StreamMapping) -> bool:
    """Whether the mapping reads the field, or something inside it."""
    return path in rules.paths or any(is_among(path, {read}) for read in rules.paths)


def _is_kept(path: str, rules: StreamMapping) -> bool:
    passed = (record.custom.accepts(top_level(path)) for record in rules.records if record.custom)
    return _is_mapped(path, rules) or any(passed)


def noted(settings: Settings, source: str) -> list[SchemaChange]:
    """Every change noted for a source, newest first."""
    query = (
        select(SchemaChange).where(SchemaChange.source == source).order_by(SchemaChange.id.desc())
    )
    with session(settings) as db:
        return list(db.scalars(query).all())


def remembered(settings: Settings, source: str, stream: str) -> Mapping[str, Any] | None:
    """The fields of a stream as they were last seen; None before the first run."""
    with session(settings) as db:
        row = db.get(StreamSchema, (source, stream))
        return None if row is None else row.fields


def accept(settings: Settings, source: str, streams: Sequence[str]) -> list[str]:
    """Close the incidents about changed fields; returns the streams that had one."""
    note = "A person has looked at the changed fields."
    return [
        stream
        for stream in streams
        if resolve_incident(settings, kind=KIND, where=f"{source}/{stream}", resolution=note)
    ]
