"""A configured source over the stand-in tenant, and what has landed from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from talentloop.landing import LandingZone
from talentloop.settings import Settings


def source_file(folder: Path, options: dict[str, Any], name: str = "yonyou") -> str:
    """Writes a source file, as a customer would have it; returns its path."""
    path = folder / f"{name}.yml"
    content = {"connector": "yonyou", "name": name, "simulated": True, **options}
    path.write_text(yaml.safe_dump(content))
    return str(path)


def landed(settings: Settings, entity: str, source: str = "yonyou") -> dict[str, dict[str, Any]]:
    """The newest landed version of each record, by id."""
    rows = LandingZone(settings).read(entity, source=source).to_pylist()
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (row["source_updated_at"], row["load_id"])):
        found[row["source_id"]] = row
    return found
