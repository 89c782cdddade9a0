"""A company on disk: one Parquet file per entity and a note about it, put in place as a whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from talentloop.contracts import ENTITIES
from talentloop.errors import ConfigError

_ABOUT = "company.json"


def write_folder(tables: Mapping[str, pa.Table], about: Mapping[str, Any], folder: Path) -> None:
    """Write tables and the JSON-able note into `folder`, in place of an older one.

    Everything is written beside it first and then takes its place, so that a reader, or a run
    killed at any instruction, finds a whole company or none.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for entity, table in tables.items():
            pq.write_table(table, building / f"{entity}.parquet", compression="zstd")
        text = json.dumps(about, ensure_ascii=False)
        (building / _ABOUT).write_text(text, encoding="utf-8")
        _put_in_place(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _put_in_place(building: Path, folder: Path) -> None:
    if not folder.exists():
        building.replace(folder)
        return
    older = Path(mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    folder.replace(older / "company")
    building.replace(folder)
    shutil.rmtree(older, ignore_errors=True)


def read_folder(folder: Path) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    """What `write_folder` wrote.

    Raises:
        ConfigError: nothing is there, or parts are missing.
    """
    files = {entity: folder / f"{entity}.parquet" for entity in ENTITIES}
    if not (folder / _ABOUT).is_file() or not all(path.is_file() for path in files.values()):
        raise ConfigError(
            "No simulated company is saved here, or parts of it are missing.",
            where=str(folder),
            remedy="Make it again with simulate(size, seed).save(folder).",
        )
    about: dict[str, Any] = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    return {entity: pq.read_table(path) for entity, path in files.items()}, about
