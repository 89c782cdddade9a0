"""A published copy made of given tables, for tests of those who only read it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from datetime import datetime

import duckdb
import pyarrow as pa

from talentloop.settings import Settings
from talentloop.warehouse.read import POINTER

_versions = itertools.count(1)


def publish_tables(settings: Settings, tables: Mapping[str, pa.Table], as_of: datetime) -> str:
    """Write the tables as a new version and point to it; the version's name."""
    folder = settings.published_dir
    folder.mkdir(parents=True, exist_ok=True)
    version = f"v{as_of:%Y.%m.%d}-{next(_versions)}"
    path = folder / f"marts-{version}.duckdb"
    with duckdb.connect(str(path)) as db:
        db.execute("set timezone = 'UTC'")
        for name, rows in tables.items():
            db.register("given", rows)
            db.execute(f"create table {name} as select * from given")
    pointer = {
        "version": version,
        "path": path.name,
        "as_of": as_of.isoformat(),
        "published_at": as_of.isoformat(),
    }
    (folder / POINTER).write_text(json.dumps(pointer))
    return version
