"""Names of the array types that the simulation passes around."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
#: datetime64[us], UTC, whole seconds; NaT where the thing has not happened.
Times = npt.NDArray[np.datetime64]
#: datetime64[D], a local date in Shanghai.
Dates = npt.NDArray[np.datetime64]
Rng = np.random.Generator
Column = pa.Array | pa.ChunkedArray
