"""Load ids that always grow, so that the newest load of a source is the last one."""

from __future__ import annotations

from collections.abc import Iterable

from talentloop.clock import Clock
from talentloop.ids import new_load_id

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class LoadIds:
    """Hands out load ids above all that the source has used.

    Two ULIDs of one millisecond are in no order, and clocks are sometimes set back.
    """

    def __init__(self, clock: Clock, used: Iterable[str]) -> None:
        self._clock = clock
        self._newest = max((load_id[:26] for load_id in used), default="")

    def next(self) -> str:
        """A load id greater than every earlier one."""
        fresh = new_load_id(self._clock)
        self._newest = fresh if fresh > self._newest else _successor(self._newest)
        return self._newest


def _successor(load_id: str) -> str:
    digits = [_DIGITS.index(letter) for letter in load_id]
    for place in reversed(range(len(digits))):
        digits[place] = (digits[place] + 1) % len(_DIGITS)
        if digits[place]:
            break
    return "".join(_DIGITS[digit] for digit in digits)
