"""The faults, and what one trial under one of them came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from talentloop.errors import ConfigError


@dataclass(frozen=True)
class Fault:
    """One line of the table.

    Attributes:
        title: for people.
        switches: faults of the stand-in; empty where the trial makes the fault itself.
        pulls: whether it is tried on pulls.
        delivers: whether it is tried on deliveries.
    """

    title: str
    switches: Mapping[str, float] = field(default_factory=dict)
    pulls: bool = True
    delivers: bool = True


FAULTS: dict[str, Fault] = {
    "throttling": Fault("throttling", {"throttle_every": 3}),
    "server_error": Fault("5xx", {"error_every": 3}),
    "timeout": Fault("time-out", {"timeout_every": 3, "timeout_seconds": 0.5}),
    "truncated": Fault("truncated body", {"truncate_every": 4}),
    "html": Fault("HTML instead of JSON", {"wrong_type_every": 3}),
    "failed_rows": Fault("200 with failed rows", {"refuse_row_every": 3}, pulls=False),
    "token_expiry": Fault("token refused in mid-page", {"reject_token_every": 3}),
    "page_drift": Fault("pages drift while they are read", {"duplicate_rows": 1}, delivers=False),
    "duplicate": Fault("delivered twice"),
    "lost_response": Fault(
        "response lost after the write", {"lose_response_every": 2}, pulls=False
    ),
    "schema_change": Fault("a field was renamed"),
    "clock_ahead": Fault("their clock five minutes ahead", {"clock_skew_seconds": 300}),
    "clock_behind": Fault("their clock five minutes behind", {"clock_skew_seconds": -300}),
    "clock_beyond": Fault(
        "their clock two hours ahead, beyond the overlap",
        {"clock_skew_seconds": 7200},
        delivers=False,
    ),
    "callback_twice": Fault("an event posted three times", delivers=False),
    "dead_dns": Fault("dead DNS"),
}


def checked_faults(names: Sequence[str]) -> tuple[str, ...]:
    """The names, if there are such faults.

    Raises:
        ConfigError: there is none of a name.
    """
    unknown = [name for name in names if name not in FAULTS]
    if unknown:
        raise ConfigError(
            f"There is no fault {unknown[0]!r}",
            where="--fault",
            remedy="Known are: " + ", ".join(FAULTS) + ".",
        )
    return tuple(names)


@dataclass
class Cell:
    """What a pull or a delivery came to under one fault.

    Attributes:
        expected: records of a pull, or effects of a delivery, in an undisturbed trial.
        lost: of these, how many are not there.
        twice: how many are there more than once.
        fired: how often the fault happened; None where it is not counted.
        stopped: runs that ended with an error before the one that finished.
        settled: deliveries whose answer was lost and whose fate was read back.
        note: what else a reader should know.
        applies: False where the trial cannot be made with this system.
    """

    expected: int = 0
    lost: int = 0
    twice: int = 0
    fired: int | None = None
    stopped: int = 0
    settled: int = 0
    note: str = ""
    applies: bool = True

    @property
    def is_good(self) -> bool:
        """Nothing lost, nothing twice, and the fault really happened."""
        return not self.applies or (self.lost == self.twice == 0 and self.fired != 0)

    def __str__(self) -> str:
        if not self.applies:
            return f"– {self.note}".strip()
        mark = "✓" if self.is_good else "✗"
        parts = [f"{mark} lost {self.lost}, twice {self.twice} of {self.expected}"]
        if self.fired is not None:
            parts.append(f"{self.fired} hits")
        if self.stopped:
            parts.append(f"{self.stopped} runs stopped")
        if self.settled:
            parts.append(f"{self.settled} unknown, read back")
        if self.note:
            parts.append(self.note)
        return "; ".join(parts)
