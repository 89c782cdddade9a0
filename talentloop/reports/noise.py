"""Whether a difference is larger than chance would make it; titles may not claim otherwise."""

from __future__ import annotations

import math
from dataclasses import dataclass

_Z = 1.959963984540054
#: A median's standard error from the interquartile range: 1.2533 · IQR / 1.349 / √n, after McGill,
#: Tukey and Larsen, "Variations of Box Plots", The American Statistician 32 (1978).
_MEDIAN_SE = 1.2533 / 1.349


@dataclass(frozen=True)
class Median:
    """A median with what its uncertainty follows from."""

    value: float
    p25: float
    p75: float
    n: int

    @property
    def error(self) -> float:
        """Standard error of the median."""
        return _MEDIAN_SE * (self.p75 - self.p25) / math.sqrt(self.n)


def medians_differ(one: Median, other: Median) -> bool:
    """Whether two medians lie further apart than 95 % of chance differences."""
    return abs(one.value - other.value) > _Z * math.hypot(one.error, other.error)


def wilson(k: float, n: float) -> tuple[float, float]:
    """95 % interval of a share k / n (Wilson); n must be positive."""
    z2 = _Z * _Z
    middle = (k + z2 / 2) / (n + z2)
    half = _Z * math.sqrt(k * (n - k) / n + z2 / 4) / (n + z2)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def counts_differ(one: float, other: float) -> bool:
    """Whether two counts of one whole differ by more than chance (normal approximation)."""
    return abs(one - other) > _Z * math.sqrt(one + other)


def intervals_differ(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    """Whether two estimates (value, lower, upper) differ by more than their 95 % intervals allow.

    The interval of the difference is built from both (MOVER; for shares Newcombe, "Interval
    estimation for the difference between independent proportions", Statistics in Medicine 17, 1998).
    """
    (a, a_low, a_high), (b, b_low, b_high) = one, other
    low = a - b - math.hypot(a - a_low, b_high - b)
    high = a - b + math.hypot(a_high - a, b - b_low)
    return low > 0 or high < 0


def shares_differ(k: float, n: float, other_k: float, other_n: float) -> bool:
    """Whether two shares differ by more than chance, from their Wilson intervals."""
    return intervals_differ((k / n, *wilson(k, n)), (other_k / other_n, *wilson(other_k, other_n)))
