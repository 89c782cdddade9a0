"""The mapping engine: declarative rules from a source's fields to canonical records."""

from connectors.mapping.apply import MappedPage, apply_mapping
from connectors.mapping.load import Mapping, load_mapping
from connectors.mapping.plans import StreamMapping
from connectors.mapping.rejects import FaultyRow, Reject

__all__ = [
    "FaultyRow", "MappedPage", "Mapping", "Reject", "StreamMapping", "apply_mapping",
    "load_mapping",
]  # fmt: skip
