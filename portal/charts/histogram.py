"""A histogram with its box below, on one shared axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.charts.scale import Scale, zero_scale

HEIGHT = 150.0


@dataclass(frozen=True)
class Quantiles:
    """Percentiles of a set of days."""

    n: int
    p5: float
    p10: float
    p25: float
    median: float
    p75: float
    p90: float
    p95: float


@dataclass(frozen=True)
class Bar:
    """One step of the histogram: its bounds in days, count, and rectangle."""

    from_days: int
    below_days: int
    n: int
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True)
class Histogram:
    """Bars above, box below."""

    bars: list[Bar]
    counts: Scale
    days: Scale
    box: Quantiles

    def x(self, days: float) -> float:
        """Percent from the left for a number of days."""
        return round(self.days.at(days), 3)

    def y(self, count: float) -> float:
        """Pixels from the top for a count."""
        return round(HEIGHT - self.counts.at(count), 2)


def histogram(bins: Sequence[tuple[int, int, int]], box: Quantiles) -> Histogram:
    """Lay out bins of (from, below, n)."""
    days = zero_scale(max(b[1] for b in bins), 100.0, parts=6)
    counts = zero_scale(max(b[2] for b in bins), HEIGHT)
    bars = [
        Bar(
            start,
            stop,
            n,
            round(days.at(start), 3),
            round(days.at(stop) - days.at(start), 3),
            round(HEIGHT - counts.at(n), 2),
            round(counts.at(n), 2),
        )
        for start, stop, n in bins
        if n
    ]
    return Histogram(bars, counts, days, box)


@dataclass(frozen=True)
class Box:
    """A box of one group on a shared axis; None where the group is too small to draw."""

    code: str | None
    n: int
    median: float | None
    whisker: tuple[float, float] | None
    body: tuple[float, float] | None
    middle: float | None


def boxes(groups: Sequence[tuple[str | None, Quantiles]], least: int) -> tuple[list[Box], Scale]:
    """Boxes P25 to P75 with whiskers P10 to P90, for groups of at least `least`."""
    top = max((q.p90 for _, q in groups if q.n >= least), default=1.0)
    scale = zero_scale(top, 100.0, parts=5)
    return [_box(code, q, scale, least) for code, q in groups], scale


def _box(code: str | None, q: Quantiles, scale: Scale, least: int) -> Box:
    if q.n < least:
        return Box(code, q.n, None, None, None, None)
    at = [round(scale.at(v), 2) for v in (q.p10, q.p25, q.median, q.p75, q.p90)]
    return Box(code, q.n, q.median, (at[0], at[4]), (at[1], at[3]), at[2])
