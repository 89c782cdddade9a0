"""When an interview takes place: slots that suit everybody, and bookings that a person confirms.

The engine recommends; it books nothing by itself and tells nobody.
"""

from __future__ import annotations

from interview.scheduling.book import bookings, cancel, confirm, find, mark_told, move, plan
from interview.scheduling.fit import Constraint
from interview.scheduling.request import SlotRequest
from interview.scheduling.solve import Blocked, Recommendation, Slot

__all__ = [
    "Blocked", "Constraint", "Recommendation", "Slot", "SlotRequest", "bookings", "cancel",
    "confirm", "find", "mark_told", "move", "plan",
]  # fmt: skip
