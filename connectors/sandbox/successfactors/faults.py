"""Misbehaviour on request, with counters that prove that it happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from connectors.sandbox.successfactors.errors import bad_request

#: Every n-th time that it could happen.
EVERY = {
    "throttle_every": "429 with Retry-After",
    "error_every": "500",
    "truncate_every": "a body that ends too early",
    "timeout_every": "no answer for `timeout_seconds`",
    "wrong_type_every": "an HTML page with status 200",
    "lose_response_every": "an upsert that is applied, and then no answer",
    "reject_token_every": "401 for a token that was good",
    "refuse_row_every": "a row of an upsert refused for business reasons",
}
#: Set to a number.
LEVELS = {
    "duplicate_rows": "each page repeats the last row of the one before",
    "foreign_next": "next links lead to another host",
    "refuse_closed": "upserts to applications that are no longer open are refused",
    "rate_limit": "requests a second; more are throttled",
    "retry_after_seconds": "what Retry-After says (default 0)",
    "timeout_seconds": "how long a time-out takes (default 5)",
}
#: `rename:JobApplication.source=channel`, `remove:JobApplication.source=1`.
_CHANGES = ("rename:", "remove:")


class Faults:
    """What is switched on, and how often each has fired."""

    def __init__(self) -> None:
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
                levels[name] = _level(name, value)
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


def _level(name: str, value: object) -> float:
    if name not in EVERY and name not in LEVELS:
        known = ", ".join([*EVERY, *LEVELS, "rename:SET.FIELD", "remove:SET.FIELD"])
        raise bad_request(f"There is no fault {name}. Known: {known}")
    try:
        return float(str(value))
    except ValueError:
        raise bad_request(f"{name} wants a number") from None
