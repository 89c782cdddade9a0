"""Estimates with their intervals, one row each, on one shared axis that may cross zero."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from portal.charts.scale import zero_scale


@dataclass(frozen=True)
class Estimate:
    """A value and its interval; without ends only the point is drawn, without an upper one it runs on."""

    value: float
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Mark:
    """Where an estimate stands, in percent of the axis."""

    point: float
    left: float
    width: float


@dataclass(frozen=True)
class Axis:
    """An axis that contains zero and ends at round values on both sides."""

    low: float
    high: float
    step: float

    def at(self, value: float) -> float:
        """Percent from the left, clipped to the axis."""
        share = (value - self.low) / (self.high - self.low)
        return round(100 * min(max(share, 0.0), 1.0), 2)

    @property
    def ticks(self) -> list[float]:
        """Values of the grid lines."""
        n = round((self.high - self.low) / self.step)
        return [round(self.low + i * self.step, 10) for i in range(n + 1)]

    @property
    def decimals(self) -> int:
        """Decimals that tell its ticks apart."""
        return next((n for n in (0, 1) if float(round(self.step, n)) == self.step), 2)

    def mark(self, estimate: Estimate) -> Mark:
        """The place of an estimate."""
        left = self.at(estimate.value if estimate.lower is None else estimate.lower)
        right = self.at(estimate.value if estimate.upper is None else estimate.upper)
        if estimate.lower is not None and estimate.upper is None:
            right = 100.0  # the interval has no upper end yet
        return Mark(self.at(estimate.value), left, round(right - left, 2))


def axis(estimates: Sequence[Estimate], least: float = 0.01) -> Axis:
    """The shared axis of some estimates: from zero, or past it on the side that needs it.

    What reaches less far than `least`, the smallest difference that is told in figures, is nothing.
    """
    values = [v for e in estimates for v in (e.value, e.lower, e.upper) if v is not None]
    low, high = min([0.0, *values]), max([0.0, *values])
    if high - low < least:
        return Axis(0.0, 1.0, 0.5)
    step = zero_scale(high - low, 100.0, parts=6).step
    top = math.ceil(high / step - 1e-9) * step
    bottom = math.floor(low / step + 1e-9) * step
    return Axis(bottom, top if top > bottom else bottom + step, step)
