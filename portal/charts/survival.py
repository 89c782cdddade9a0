"""Kaplan-Meier curves: steps, a band, and who is still observed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

AT_RISK_EVERY = 7


@dataclass(frozen=True)
class Day:
    """A curve's values at the end of a day since entry."""

    day: int
    waiting: float
    lower: float
    upper: float
    at_risk: int


@dataclass(frozen=True)
class Curve:
    """One group's curve, as shapes stretched over the plot (0..100 both ways)."""

    name: str
    n: int
    n_open: int
    median_days: float | None
    steps: str
    band: str
    days: list[Day]


@dataclass(frozen=True)
class Survival:
    """One or two curves over the same days."""

    curves: list[Curve]
    horizon: int
    limit_x: float | None

    @property
    def day_ticks(self) -> list[tuple[int, float]]:
        """Days on the axis and where they stand, in percent."""
        return [
            (d, round(100 * d / self.horizon, 3)) for d in range(0, self.horizon + 1, AT_RISK_EVERY)
        ]


@dataclass(frozen=True)
class Group:
    """What a curve is drawn from."""

    name: str
    n: int
    n_open: int
    median_days: float | None
    days: Sequence[Day]

    @property
    def median_interval(self) -> tuple[float, float]:
        """Days at which the band's lower and upper edge fall to one half (Brookmeyer, Crowley)."""
        low = next((d.day for d in self.days if d.lower <= 0.5), math.inf)
        high = next((d.day for d in self.days if d.upper <= 0.5), math.inf)
        return low, high


def survival(groups: Sequence[Group], limit_days: int | None) -> Survival:
    """Lay out curves up to the day by which nearly everyone has left, at least three weeks."""
    horizon = _horizon(groups)
    curves = [_curve(group, horizon) for group in groups]
    limit = None if limit_days is None or limit_days > horizon else 100 * limit_days / horizon
    return Survival(curves, horizon, None if limit is None else round(limit, 3))


def _horizon(groups: Sequence[Group]) -> int:
    busy = [d.day for g in groups for d in g.days if d.waiting > 0.03 and d.at_risk >= 3]
    weeks = -(-max([*busy, 21]) // AT_RISK_EVERY)
    longest = max((d.day for g in groups for d in g.days), default=21)
    return min(weeks * AT_RISK_EVERY, max(longest // AT_RISK_EVERY * AT_RISK_EVERY, AT_RISK_EVERY))


def _curve(group: Group, horizon: int) -> Curve:
    days = [d for d in group.days if d.day <= horizon]
    lower = _staircase([(d.day, d.lower) for d in days], horizon)
    upper = _staircase([(d.day, d.upper) for d in days], horizon)
    return Curve(
        group.name,
        group.n,
        group.n_open,
        group.median_days,
        " ".join(_staircase([(d.day, d.waiting) for d in days], horizon)),
        " ".join(upper + lower[::-1]),
        days,
    )


def _staircase(values: Sequence[tuple[int, float]], horizon: int) -> list[str]:
    """Corners of a curve that keeps its value until the next day."""
    corners: list[str] = []
    previous: float | None = None
    for day, share in values:
        x, y = round(100 * day / horizon, 3), round(100 - 100 * share, 3)
        if previous is not None:
            corners.append(f"{x},{previous}")
        corners.append(f"{x},{y}")
        previous = y
    return corners
