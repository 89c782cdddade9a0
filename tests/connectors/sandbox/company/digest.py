"""A fingerprint of a simulated company's records, whatever library wrote them down."""

from __future__ import annotations

import hashlib
import json

from connectors.sandbox.company import Company


def digest(company: Company, *, without: set[str]) -> str:
    """SHA-256 over every version of every record, entity by entity.

    A new empty field is no change, nor are entities without records and scores that assess nobody.
    """
    made = hashlib.sha256()
    for entity in sorted(company.tables.keys() - without):
        rows = [
            {k: v for k, v in row.items() if v is not None and k != "score_purpose_code"}
            for row in company.tables[entity].to_pylist()
            if row.get("score_purpose_code", "assessment") == "assessment"
        ]
        if not rows:
            continue
        made.update(json.dumps([entity, rows], default=str, sort_keys=True).encode())
    return made.hexdigest()
