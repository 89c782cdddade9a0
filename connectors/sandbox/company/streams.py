"""Independent random streams by name, so that a change in one part leaves the others alone."""

from __future__ import annotations

from zlib import crc32

import numpy as np

from connectors.sandbox.company.kinds import Bools, Floats, Ints, Rng


def stream(seed: int, name: str) -> Rng:
    """The random stream `name` of a company with this seed; the same on every machine."""
    return np.random.Generator(np.random.PCG64([seed, crc32(name.encode())]))


def choose(rng: Rng, weights: list[float] | Floats, n: int) -> Ints:
    """`n` indices drawn with the given weights (they need not sum to one)."""
    cumulative = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn = np.searchsorted(cumulative, rng.random(n) * cumulative[-1], side="right")
    out: Ints = drawn.astype(np.int64)
    return out


def choose_by_row(rng: Rng, weights: Floats) -> Ints:
    """One index per row of a matrix of weights."""
    cumulative = np.cumsum(weights, axis=1)
    drawn = rng.random(len(weights)) * cumulative[:, -1]
    out: Ints = (cumulative < drawn[:, None]).sum(axis=1).astype(np.int64)
    return out


def chance(rng: Rng, probability: float | Floats, n: int) -> Bools:
    """`n` independent yes/no draws."""
    return rng.random(n) < probability


def some(rng: Rng, probability: float, eligible: Bools) -> Bools:
    """Independent draws among the eligible; at least one of them even in the smallest company."""
    drawn = eligible & chance(rng, probability, len(eligible))
    if not drawn.any():
        candidates = np.flatnonzero(eligible)
        drawn[candidates[len(candidates) // 2 :][:1]] = True
    return drawn


def sigmoid(x: Floats) -> Floats:
    """The logistic function."""
    return 1.0 / (1.0 + np.exp(-x))
