"""Answers as of an earlier instant: the warehouse as it would have been built then.

The landing zone keeps every version of every record, so the same dbt project builds the past when
it is told that it builds the past (`is_past`). Each answer is a file of its own,
beside the published versions; the live build, its bookkeeping and the pointer are not touched.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from talentloop.contracts import ENTITIES
from talentloop.errors import BuildError, PublishError
from talentloop.landing import LandingZone
from talentloop.ops.loads import loads
from talentloop.settings import Settings
from talentloop.warehouse.dbt_run import dbt_variables, finish_file, prepare_file, run_dbt
from talentloop.warehouse.publish import write_marts
from talentloop.warehouse.read import Published, open_copy, open_published, read_pointer
from talentloop.warehouse.recipe import recipe

Progress = Callable[[str], None]


def open_as_of(settings: Settings, at: datetime, progress: Progress | None = None) -> Published:
    """Open the warehouse as of an instant; from the observed end on, that is the current copy.

    The first question about an instant builds, which takes seconds; the answer is kept for the
    next one as long as loads, rules and models are the same.

    Args:
        progress: told in a sentence when something takes time.

    Raises:
        PublishError: nothing has been published, or nothing was known yet at that instant.
        BuildError: the past could not be built.
    """
    current = datetime.fromisoformat(read_pointer(settings)["as_of"])
    if at >= current:
        return open_published(settings)
    zone = LandingZone(settings)
    zone.prepare()
    version = _version(settings, at)
    path = settings.published_dir / "as_of" / f"marts-{version}.duckdb"
    if not path.exists():
        with _one_at_a_time(path.parent):
            if not path.exists():
                root = zone.readable_root(settings.warehouse_file.parent / "landing_mirror")
                _require_something_known(root, at)
                if progress:
                    progress(
                        f"Building what was known at {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC …"
                    )
                _build(settings, at, root, version, path)
                _keep_newest(settings, path.parent)
    os.utime(path)
    return open_copy(path)


def _version(settings: Settings, at: datetime) -> str:
    """A name that changes with whatever would change the answer."""
    said = [
        sorted((row.load_id, row.entity, row.source) for row in loads(settings, "passed")),
        [at.astimezone(UTC).isoformat(), dbt_variables(settings, ""), recipe(settings)],
    ]
    key = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]
    return f"asof-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{key}"


def _require_something_known(root: str, at: datetime) -> None:
    """Refuse an instant before the first record of any source."""
    with duckdb.connect() as db:
        db.execute("set timezone = 'UTC'")
        times = [
            db.execute(
                "select min(coalesce(source_created_at, source_updated_at)) from read_parquet($1, "
                "hive_partitioning = false, union_by_name = true)",
                [f"{root}/{entity}/source=*/load=*.parquet"],
            ).fetchone()
            for entity in ENTITIES
        ]
    first = min((row[0] for row in times if row and row[0]), default=None)
    if first is None or at < first:
        raise PublishError(
            f"Nothing was known yet at {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
            where=root,
            remedy=f"Ask for {first:%Y-%m-%d %H:%M} UTC or later." if first else "Ingest first.",
        )


def _build(settings: Settings, at: datetime, root: str, version: str, path: Path) -> None:
    folder = settings.warehouse_file.parent / "as_of"
    work, target = folder / "work", folder / "dbt"  # dbt parses the project once for all instants
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        database, draft = work / "build.duckdb", work / path.name
        prepare_file(settings, database, at, is_past=True)
        variables = {**dbt_variables(settings, root), "is_past": True}
        # Tests have judged these models and loads in the live build; this answers a question.
        run_dbt(settings, database, target, variables, "--exclude-resource-type", "test")
        finish_file(database)
        with duckdb.connect() as db:
            db.execute("set timezone = 'UTC'")
            db.execute("attach '{}' as build (read_only)".format(str(database).replace("'", "''")))
            write_marts(db, draft, target / "manifest.json", version, settings.clock.now())
        draft.replace(path)
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """The right to build the past: two who ask the same question wait for one answer."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=600)
    try:
        with lock:
            yield
    except Timeout:
        raise BuildError(
            "Another process has been building an earlier instant for over ten minutes",
            where=str(lock.lock_file),
            remedy="Wait for it, or stop it; the lock ends with its process.",
        ) from None


def _keep_newest(settings: Settings, folder: Path) -> None:
    """Delete the copies that were asked for least recently, beyond `as_of_keep`."""
    kept = sorted(folder.glob("marts-*.duckdb"), key=lambda file: file.stat().st_mtime)
    for old in kept[: -settings.as_of_keep]:
        old.unlink(missing_ok=True)
