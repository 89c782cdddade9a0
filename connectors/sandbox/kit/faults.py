"""Misbehaviour on request, with counters that prove that it happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from connectors.sandbox.kit.errors import RefusedError

#: Every n-th time that it could happen. The base app makes these happen.
EVERY = {
    "throttle_every": "throttled, in the vendor's own way",
    "error_every": "500",
    "truncate_every": "a body that ends too early",
    "timeout_every": "no answer for `timeout_seconds`",
    "wrong_type_every": "an HTML page with status 200",
    "lose_response_every": "a write that is applied, and then no answer",
    "reject_token_every": "a token that was good is refused, and no longer known",
    "refuse_row_every": "a row of a write refused for business reasons",
}
#: Set to a number.
LEVELS = {
    "duplicate_rows": "each page repeats the last row of the one before",
    "rate_limit": "requests in `rate_seconds`; more are throttled",
    "rate_seconds": "the window of `rate_limit` (default 1)",
    "retry_after_seconds": "what Retry-After says (default 0)",
    "timeout_seconds": "how long a time-out takes (default 5)",
    "clock_skew_seconds": "how far the tenant's clock runs before the company's",
}
#: `rename:JobApplication.source=channel`, `remove:JobApplication.source=1`.
_CHANGES = ("rename:", "remove:")


class Faults:
    """What is switched on, and how often each has fired.

    Args:
        more: names of the tenant's own faults that are set to a number → what they do.
    """

    def __init__(self, more: Mapping[str, str] | None = None) -> None:
        self.levels = LEVELS | dict(more or {})
        self._levels: dict[str, float] = {}
        self._renames: dict[str, dict[str, str | None]] = {}
        self._chances: Counter[str] = Counter()
        self.fired: Counter[str] = Counter()

    def replace(self, wanted: Mapping[str, object]) -> None:
        """Switch on what is named, everything else off; counters start anew.

        Raises:
            RefusedError: a name or value is unknown; then nothing changes.
        """
        levels: dict[str, float] = {}
        renames: dict[str, dict[str, str | None]] = {}
        for name, value in wanted.items():
            if name.startswith(_CHANGES):
                kind, _, target = name.partition(":")
                entity_set, _, field = target.partition(".")
                changed = str(value) if kind == "rename" else None
                renames.setdefault(entity_set, {})[field] = changed
            else:
                levels[name] = self._level(name, value)
        self._levels, self._renames = levels, renames
        self._chances.clear()
        self.fired.clear()

    def level(self, name: str, default: float = 0) -> float:
        """The number that a switch is set to."""
        return self._levels.get(name, default)

    def strikes(self, name: str) -> bool:
        """Whether an every-n-th fault happens now; counts the chance, and the hit."""
        every = int(self._levels.get(name, 0))
        if every < 1:
            return False
        self._chances[name] += 1
        if self._chances[name] % every:
            return False
        self.fired[name] += 1
        return True

    def renames(self, entity_set: str) -> dict[str, str | None]:
        """Property → new name, or None where it is gone."""
        return self._renames.get(entity_set, {})

    def shown(self) -> dict[str, object]:
        """What is on, and how often it has fired."""
        changes = {
            f"{entity_set}.{field}": new
            for entity_set, fields in self._renames.items()
            for field, new in fields.items()
        }
        return {"on": {**self._levels, **changes}, "fired": dict(self.fired)}

    def reshaped(self, stream: str, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Rows of a stream after its schema changes: fields under a new name, or gone."""
        changes = self._renames.get(stream)
        if not changes:
            return [dict(row) for row in rows]
        return [
            {
                str(changes.get(name, name)): value
                for name, value in row.items()
                if changes.get(name, name) is not None
            }
            for row in rows
        ]

    def _level(self, name: str, value: object) -> float:
        if name not in EVERY and name not in self.levels:
            known = ", ".join([*EVERY, *self.levels, "rename:STREAM.FIELD", "remove:STREAM.FIELD"])
            raise RefusedError(400, "BAD_REQUEST", f"There is no fault {name}. Known: {known}")
        try:
            return float(str(value))
        except ValueError:
            raise RefusedError(400, "BAD_REQUEST", f"{name} wants a number") from None
