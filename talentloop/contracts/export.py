"""The contracts as JSON Schema, for those who deliver to us or receive from us."""

from __future__ import annotations

from typing import Any

from talentloop.contracts import ENTITIES


def json_schemas() -> dict[str, dict[str, Any]]:
    """One JSON Schema (draft 2020-12) per entity."""
    return {
        entity: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:talentloop:contract:{entity}",
            **model.model_json_schema(mode="validation"),
        }
        for entity, model in ENTITIES.items()
    }
