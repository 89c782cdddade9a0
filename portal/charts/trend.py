"""Median by month with its P25 to P75 band and P90; one point per month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.charts.scale import Scale, spread, zero_scale

HEIGHT = 200.0


@dataclass(frozen=True)
class Month:
    """One month's figures; without them (too few people) the line has a gap."""

    label: str
    full_label: str
    n: int | None
    p25: float | None
    median: float | None
    p75: float | None
    p90: float | None
    is_provisional: bool = False


@dataclass(frozen=True)
class Point:
    """A month's place on the plot: `x` in percent, the others in pixels from the top."""

    month: Month
    x: float
    y: float | None
    is_labelled: bool


@dataclass(frozen=True)
class EndLabel:
    """A label beside the last point: which line, its value, and where it stands."""

    line: str
    value: float
    y: float


@dataclass(frozen=True)
class Trend:
    """Everything that the template draws."""

    scale: Scale
    points: list[Point]
    bands: list[str]
    medians: list[str]
    p90s: list[str]
    provisional: str | None
    ends: list[EndLabel]
    first: Point | None
    half_step: float

    def y(self, value: float) -> float:
        """Pixels from the top for a value."""
        return round(HEIGHT - self.scale.at(value), 2)


def trend(months: Sequence[Month]) -> Trend:
    """Lay out a trend of at least one month.

    A month that is provisional is joined by a dashed segment of its own.
    """
    values = [v for m in months for v in (m.p90, m.p75, m.median) if v is not None]
    scale = zero_scale(max(values, default=1.0), HEIGHT)
    last = len(months) - 1
    span = max(last, 1)
    points = [
        Point(
            m,
            round(100 * i / span, 3),
            None if m.median is None else round(HEIGHT - scale.at(m.median), 2),
            (last - i) % 3 == 0,
        )
        for i, m in enumerate(months)
    ]
    solid = points[:-1] if last and months[-1].is_provisional else points
    return Trend(
        scale,
        points,
        [_band(run, scale) for run in _runs(points) if len(run) > 1],
        [_line(run, scale, "median") for run in _runs(solid)],
        [_line(run, scale, "p90") for run in _runs(points)],
        _line(points[-2:], scale, "median") if _has_dashed_end(points) else None,
        _ends(points[-1], scale),
        next((p for p in points if p.y is not None), None),
        round(50 / span, 3),
    )


def _has_dashed_end(points: Sequence[Point]) -> bool:
    return (
        len(points) > 1
        and points[-1].month.is_provisional
        and all(p.y is not None for p in points[-2:])
    )


def _runs(points: Sequence[Point]) -> list[list[Point]]:
    """Stretches of neighbouring months that have figures."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if point.y is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _down(value: float | None, scale: Scale) -> float:
    """Percent from the top of the plot, for shapes stretched over it."""
    return round(100 - 100 * scale.at(value or 0.0) / scale.length, 3)


def _line(run: Sequence[Point], scale: Scale, name: str) -> str:
    return " ".join(f"{p.x},{_down(getattr(p.month, name), scale)}" for p in run)


def _band(run: Sequence[Point], scale: Scale) -> str:
    upper = [f"{p.x},{_down(p.month.p75, scale)}" for p in run]
    lower = [f"{p.x},{_down(p.month.p25, scale)}" for p in reversed(run)]
    return " ".join(upper + lower)


def _ends(last: Point, scale: Scale) -> list[EndLabel]:
    named = [(name, getattr(last.month, name)) for name in ("p90", "p75", "median", "p25")]
    lines = [(name, value) for name, value in named if value is not None]
    wanted = [HEIGHT - scale.at(value) for _, value in lines]
    placed = spread(wanted, 15, 0, HEIGHT)
    return [
        EndLabel(name, value, round(y, 1)) for (name, value), y in zip(lines, placed, strict=True)
    ]
