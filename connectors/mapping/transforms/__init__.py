"""The closed list of transforms. A mapping names them; nothing in it is ever evaluated as code."""

from __future__ import annotations

from connectors.mapping.transforms import dates, identity, numbers, texts
from connectors.mapping.transforms.registry import Bound, Transform, TransformError, bind, known

__all__ = [
    "Bound", "Transform", "TransformError", "bind", "dates", "identity", "known", "numbers",
    "texts",
]  # fmt: skip
