"""What a mapping reads: for connectors that must ask for each field by name."""

from __future__ import annotations

from connectors.mapping.plans import StreamMapping


def wanted_paths(stream: StreamMapping) -> dict[str, str]:
    """Path of a source field → the canonical field that it is read for, as `entity.field`."""
    wanted: dict[str, str] = {}
    for record in stream.records:
        for plan in record.plans:
            for path in plan.paths:
                wanted.setdefault(path, f"{record.entity}.{plan.contract.name}")
        for path in record.conditions:
            wanted.setdefault(path, f"{record.entity}, where")
    return wanted
