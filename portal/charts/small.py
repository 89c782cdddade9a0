"""Small marks inside table rows: spark lines and intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


def spark_points(values: Sequence[float | None], low: float, high: float) -> list[str]:
    """Polylines over 100 by 28 units; a missing value breaks the line."""
    span = high - low or 1.0
    step = 100 / max(len(values) - 1, 1)
    lines: list[list[str]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            lines.append([])
            continue
        y = 25 - 22 * (value - low) / span
        lines[-1].append(f"{index * step:.2f},{y:.2f}")
    return [" ".join(line) for line in lines if len(line) > 1]


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval on a scale, in percent of the scale's length."""

    point: float
    left: float
    width: float


def interval(value: float, lower: float | None, upper: float | None, top: float) -> Interval:
    """Place an estimate on a scale from zero to `top`; without bounds only the point."""
    at = 100 / top if top else 0.0
    left = min(max((lower if lower is not None else value) * at, 0), 100)
    right = min(max((upper if upper is not None else value) * at, 0), 100)
    return Interval(round(min(max(value * at, 0), 100), 2), round(left, 2), round(right - left, 2))


def heat_step(count: int, largest: int) -> int:
    """Step 0 to 5 of the heat ramp for a count; zero stays blank, the largest is darkest."""
    if count <= 0 or largest <= 0:
        return 0
    return min(5, 1 + int(4.999 * (count / largest) ** 0.5))
