"""Round axes that begin at zero."""

from __future__ import annotations

import math
from dataclasses import dataclass

_STEPS = (1.0, 1.5, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """An axis from zero to `top`, drawn over `length` units."""

    top: float
    step: float
    length: float

    def at(self, value: float) -> float:
        """Distance of a value from the origin, clipped to the axis."""
        return min(max(value / self.top, 0.0), 1.0) * self.length

    @property
    def ticks(self) -> list[float]:
        """Values of the grid lines, from zero to the top."""
        return [self.step * i for i in range(round(self.top / self.step) + 1)]


def zero_scale(largest: float, length: float, parts: int = 4) -> Scale:
    """A scale from zero past the largest value in at most `parts` round steps."""
    if largest <= 0:
        return Scale(1.0, 1.0, length)
    rough = largest / parts
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in _STEPS if s * power >= rough - 1e-12)
    return Scale(math.ceil(largest / step - 1e-9) * step, step, length)


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Positions close to those wanted, in their order, at least `gap` apart and inside the plot.

    Labels at the end of lines are placed this way, so that none covers another.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [0.0] * len(wanted)
    previous = low - gap
    for index in order:
        previous = max(wanted[index], previous + gap)
        placed[index] = previous
    ceiling = high
    for index in reversed(order):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - gap
    return placed


def share(value: float, whole: float) -> float:
    """A part as a percentage of a whole, rounded for SVG; 0 for an empty whole."""
    return round(100 * value / whole, 2) if whole else 0.0
