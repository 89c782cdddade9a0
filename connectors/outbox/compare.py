"""Whether a field there says what was sent, across the forms that systems give to values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.outbox.payload import Payload, Scalar

_CLOSE = 1e-6


def is_empty(value: object) -> bool:
    """Whether a field holds nothing; systems differ between null and an empty text."""
    return value is None or value == ""


def same(sent: Scalar, found: object) -> bool:
    """Whether a value found there is the one that was sent.

    `82.5` is `"82.50"`, null is an empty text, and an instant is the same in any zone and form.
    """
    if is_empty(sent) or is_empty(found):
        return is_empty(sent) and is_empty(found)
    if isinstance(sent, bool) or isinstance(found, bool):
        return str(sent).lower() == str(found).lower()
    if isinstance(sent, int | float):
        number = _number(found)
        return number is not None and abs(number - sent) <= _CLOSE
    ours, theirs = _instant(sent), _instant(found)
    if ours is not None and theirs is not None:
        return abs((ours - theirs).total_seconds()) < 0.001
    return str(sent).strip() == str(found).strip()


def differences(sent: Payload, found: Mapping[str, Any]) -> list[str]:
    """Names of the fields that do not say what was sent, in order."""
    return [name for name, value in sent.items() if not same(value, found.get(name))]


def all_empty(sent: Payload, found: Mapping[str, Any]) -> bool:
    """Whether nothing of what was sent is there, although something was sent."""
    expected = [name for name, value in sent.items() if not is_empty(value)]
    return bool(expected) and all(is_empty(found.get(name)) for name in expected)


def describe(sent: Scalar, found: object) -> str:
    """How a field differs; words are left out, because a person may have typed a name there."""
    if isinstance(sent, int | float) and not isinstance(sent, bool):
        number = _number(found)
        return f"sent {sent:g}, found {'nothing' if number is None else f'{number:g}'}"
    return "emptied there" if is_empty(found) else "reads differently there"


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None


def _instant(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
