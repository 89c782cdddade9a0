"""What the modules of this tenant share."""

from __future__ import annotations

from connectors.sandbox.company_view import Entities, Json, Listed, day_ms, entities, millis

__all__ = ["Entities", "Json", "Listed", "day_ms", "entities", "millis", "named"]


def named(identity: str | None, zh: str, en: str = "") -> Json:
    """An id with names, as the vendor nests them."""
    return {"id": identity or "", "name": {"zh_cn": zh, "en_us": en}}
