"""How the time of a program grows with its input: tried, not proven, and never scored."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence

from interview.judge.result import Growth

#: Sizes that are tried, as multiples of the problem's n, and how often each.
MULTIPLES = (1, 2, 4)
REPEATS = 3
#: Shorter times, in seconds, are noise.
_SHORTEST = 0.005


def probe_growth(n: int, limit: float, cpu_seconds: Callable[[int], float | None]) -> Growth | None:
    """Time a program at n, 2n and 4n, each the median of three.

    Args:
        cpu_seconds: runs the program on an input of a size, 1 for its start alone; None where it
            did not end well, and then nothing can be said.
    """
    start = _median(cpu_seconds, 1)
    if start is None:
        return None
    points = []
    for size in (n * multiple for multiple in MULTIPLES):
        taken = _median(cpu_seconds, size)
        if taken is None:
            return None
        points.append((size, round(max(taken - start, 0.0), 4)))
    return Growth(points=tuple(points), exponent=exponent(points), limit=limit)


def exponent(points: Sequence[tuple[int, float]]) -> float | None:
    """Exponent k of the power law t = c n^k that fits best: the slope of the least-squares line
    through (log n, log t). None where a time is too short to mean anything."""
    if len(points) < 2 or any(taken < _SHORTEST for _, taken in points):
        return None
    x = [math.log(n) for n, _ in points]
    y = [math.log(taken) for _, taken in points]
    return round(statistics.linear_regression(x, y).slope, 3)


def _median(cpu_seconds: Callable[[int], float | None], size: int) -> float | None:
    taken = [cpu_seconds(size) for _ in range(REPEATS)]
    known = [each for each in taken if each is not None]
    return statistics.median(known) if len(known) == len(taken) else None
