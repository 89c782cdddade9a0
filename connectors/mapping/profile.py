"""What the fields of some rows look like: their paths, kinds and forms. No value is kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

_DEPTH = 4
#: Forms of text, the first that fits. A form counts for a field when all of its texts have it.
_FORMS = (
    ("odata", re.compile(r"/Date\(-?\d+([+-]\d{4})?\)/")),
    ("instant", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)")),
    ("local_time", re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("email", re.compile(r"[^@\s]+@[^@\s]+\.\w+")),
    ("number", re.compile(r"-?\d+(\.\d+)?")),
    ("text", re.compile(r"[\s\S]*")),
)


@dataclass
class FieldSeen:
    """One field, over all rows looked at.

    Attributes:
        path: as a mapping names it: `a.b`, `a[0].b`.
        kinds: kinds of value → rows: text, number, bool, object, list.
        forms: forms of text → rows.
        label: what the vendor calls it, where its metadata says.
        words: short texts that are not personal by their look → rows; for value maps. Only kept
            where asked for.
    """

    path: str
    kinds: Counter[str] = field(default_factory=Counter)
    forms: Counter[str] = field(default_factory=Counter)
    label: str = ""
    words: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """Rows in which it has a value."""
        return sum(self.kinds.values())

    @property
    def form(self) -> str:
        """The form of its texts; `mixed` where they differ, empty where it has none."""
        found = list(self.forms)
        if len(found) > 1:
            return "mixed"
        return found[0] if found else ""


@dataclass
class Profile:
    """The fields of the rows looked at."""

    rows: int = 0
    fields: dict[str, FieldSeen] = field(default_factory=dict)

    def look_at(self, rows: Iterable[Any], *, words: int = 0) -> None:
        """Take rows in.

        Args:
            words: how many different texts of a field to keep at most; none by default.
        """
        for row in rows:
            if not isinstance(row, Mapping):
                continue
            self.rows += 1
            for path, value in _leaves(row, "", 0):
                seen = self.fields.setdefault(path, FieldSeen(path))
                kind = _kind(value)
                seen.kinds[kind] += 1
                if kind == "text":
                    seen.forms[_form(value)] += 1
                if words and isinstance(value, str | int | bool) and len(seen.words) < words:
                    seen.words[str(value)[:40]] += 1

    def as_memory(self) -> dict[str, Any]:
        """Kinds and share of rows by path, as the operations database keeps them."""
        return {
            path: {"kinds": sorted(seen.kinds), "share": round(seen.rows / self.rows, 3)}
            for path, seen in sorted(self.fields.items())
        }


def form_of(text: str) -> str:
    """The form of a text."""
    return next(name for name, form in _FORMS if form.fullmatch(text))


def _form(value: Any) -> str:
    """The form of a text, or the one that a typed value has already."""
    if isinstance(value, datetime):
        return "instant" if value.tzinfo else "local_time"
    return "date" if isinstance(value, date) else form_of(str(value))


def _leaves(value: Mapping[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        path = f"{prefix}{name}"
        if inner is None or inner == "" or (isinstance(inner, list) and not inner):
            continue
        if depth < _DEPTH and isinstance(inner, Mapping):
            yield from _leaves(inner, f"{path}.", depth + 1)
        elif depth < _DEPTH and isinstance(inner, list) and isinstance(inner[0], Mapping):
            yield from _leaves(inner[0], f"{path}[0].", depth + 1)
        else:
            yield path, inner


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, list):
        return "list"
    if isinstance(value, Mapping):
        return "object"
    if isinstance(value, datetime | date | str):
        return "text"
    return type(value).__name__
