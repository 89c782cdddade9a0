"""The kinds of rule an entity may have, as plain data; `builders.py` turns them into expectations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from expectations.policy import CheckPolicy


@dataclass(frozen=True)
class Batch:
    """What the rules need to know of the rows they judge.

    Attributes:
        rows: number of rows.
        source: configured source they came from.
        load_id: the load; empty for features and predictions that have not landed.
        observed_at: the source's own clock when it was read (UTC).
    """

    rows: int
    source: str
    load_id: str
    observed_at: datetime
    policy: CheckPolicy


@dataclass(frozen=True)
class Order:
    """`later` is not before `earlier`, where both are known. Tolerated in few rows."""

    later: str
    earlier: str


@dataclass(frozen=True)
class Filled:
    """`column` is known where `when` holds one of `codes`. Never fails a load: a warning."""

    column: str
    when: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class AtLeast:
    """`high` is not below `low`; no exception, because both are our own arithmetic."""

    high: str
    low: str


@dataclass(frozen=True)
class ScoreScale:
    """`share` is (raw − low) ÷ (high − low); no exception."""

    raw: str
    low: str
    high: str
    share: str


@dataclass(frozen=True)
class Varies:
    """A column whose values all agree, in a batch large enough to judge, was mapped wrongly."""

    column: str


@dataclass(frozen=True)
class Rare:
    """At most `share` of the rows hold one of `codes`, in a batch large enough to judge."""

    column: str
    codes: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class Json:
    """A text that holds JSON; no exception."""

    column: str


Rule = Order | Filled | AtLeast | ScoreScale | Varies | Rare | Json
