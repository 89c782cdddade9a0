"""Array types and the two functions that turn margins into probabilities and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_EDGE = 1e-9


def sigmoid(margin: ArrayLike) -> Floats:
    """Probability of a log-odds margin."""
    values = np.asarray(margin, dtype=np.float64)
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)), dtype=np.float64)


def logit(probability: ArrayLike) -> Floats:
    """Log-odds of a probability; 0 and 1 are taken as 1e-9 from the edge."""
    p = np.clip(np.asarray(probability, dtype=np.float64), _EDGE, 1 - _EDGE)
    return np.asarray(np.log(p) - np.log1p(-p), dtype=np.float64)
