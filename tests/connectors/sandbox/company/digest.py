"""A fingerprint of a simulated company's records, whatever library wrote them down."""

from __future__ import annotations

import hashlib
import json

from connectors.sandbox.company import Company


def digest(company: Company, *, without: set[str]) -> str:
    """SHA-256 over every version of every record, entity by entity; a new empty field is no change."""
    made = hashlib.sha256()
    for entity in sorted(company.tables.keys() - without):
        rows = [
            {name: value for name, value in row.items() if value is not None}
            for row in company.tables[entity].to_pylist()
        ]
        made.update(json.dumps([entity, rows], default=str, sort_keys=True).encode())
    return made.hexdigest()
