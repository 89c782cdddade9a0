"""Publishing: the marts to a new versioned file, its restricted twin, then an atomic pointer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb
from sqlalchemy import func, select

from talentloop.errors import PublishError
from talentloop.files import replace_durably
from talentloop.ops.database import session
from talentloop.ops.models import Publication
from talentloop.settings import Settings
from talentloop.warehouse.build import writer_lock
from talentloop.warehouse.dbt_run import target_folder
from talentloop.warehouse.read import POINTER, connect_hardened, forget_cached
from talentloop.warehouse.restricted import attach_restricted

#: Raised when a published relation changes in a way that readers must know.
SCHEMA_VERSION = "1"


def publish(settings: Settings) -> Publication:
    """Publish the last build; doing it twice for one build gives the same version.

    Raises:
        PublishError: there is no build, it has no marts, or the written copy does not verify.
    """
    with writer_lock(settings):
        invocation_id, as_of = _built(settings)
        done = _already(settings, invocation_id)
        if done is None:
            done = _write_version(settings, invocation_id, as_of)
            with session(settings) as db:
                db.add(done)
        _point(settings, done)
        collect(settings)
    return done


def _built(settings: Settings) -> tuple[str, datetime]:
    if not settings.warehouse_file.exists():
        raise PublishError(
            "There is nothing to publish yet",
            where=str(settings.warehouse_file),
            remedy="Run `talentloop build` first.",
        )
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as db:
        db.execute("set timezone = 'UTC'")
        row = db.execute("select dbt_invocation_id, as_of from marts.meta_build").fetchone()
    if row is None:
        raise PublishError(
            "The build does not say what it is: marts.meta_build is empty",
            where=str(settings.warehouse_file),
            remedy="Run `talentloop build` again.",
        )
    return str(row[0]), row[1]


def _already(settings: Settings, invocation_id: str) -> Publication | None:
    with session(settings) as db:
        query = select(Publication).where(Publication.invocation_id == invocation_id)
        found = db.scalar(query.where(Publication.state == "live"))
    if found and (settings.published_dir / found.path).exists():
        return found
    return None


def _write_version(settings: Settings, invocation_id: str, as_of: datetime) -> Publication:
    version = _next_version(settings, as_of)
    folder = settings.published_dir
    folder.mkdir(parents=True, exist_ok=True)
    marts, restricted = folder / f"marts-{version}.duckdb", folder / f"restricted-{version}.duckdb"
    for leftover in (marts, restricted):
        leftover.unlink(missing_ok=True)
    with duckdb.connect() as db:
        db.execute("set timezone = 'UTC'")
        db.execute(f"attach '{_quoted(settings.warehouse_file)}' as build (read_only)")
        manifest = target_folder(settings) / "manifest.json"
        tables = write_marts(db, marts, manifest, version, settings.clock.now())
        attach_restricted(db, settings, restricted, "restricted_copy")
        private = _copy_schema(db, "restricted", "restricted_copy")
        db.execute("checkpoint restricted_copy")
        db.execute("detach restricted_copy")
    return Publication(
        version=version,
        path=marts.name,
        sha256=_sha256(marts),
        restricted_path=restricted.name,
        restricted_sha256=_sha256(restricted),
        tables={**tables, **private},
        schema_version=SCHEMA_VERSION,
        invocation_id=invocation_id,
        seq=_next_seq(settings),
        as_of=as_of,
        published_at=settings.clock.now(),
        state="live",
    )


def write_marts(
    db: duckdb.DuckDBPyConnection, path: Path, manifest: Path, version: str, at: datetime
) -> dict[str, int]:
    """Copy the marts of the build attached as `build` to a new file, and verify it; rows by table.

    Args:
        manifest: dbt's manifest of that build, for the classes of the columns.
        at: the time of publication that the copy states.

    Raises:
        PublishError: there are no marts, or the written copy does not verify.
    """
    db.execute(f"attach '{_quoted(path)}' as marts_copy")
    tables = _copy_schema(db, "marts", "marts_copy")
    _write_column_classes(db, manifest)
    _write_version_row(db, version, at)
    db.execute("checkpoint marts_copy")
    db.execute("detach marts_copy")
    _verify(path, tables)
    return tables


def _next_seq(settings: Settings) -> int:
    with session(settings) as db:
        return (db.scalar(select(func.max(Publication.seq))) or 0) + 1


def _next_version(settings: Settings, as_of: datetime) -> str:
    day = f"v{as_of:%Y.%m.%d}"
    with session(settings) as db:
        taken = db.scalars(
            select(Publication.version).where(Publication.version.startswith(day + "-"))
        ).all()
    return f"{day}-{max((int(v.rsplit('-', 1)[1]) for v in taken), default=0) + 1}"


def _copy_schema(db: duckdb.DuckDBPyConnection, schema: str, target: str) -> dict[str, int]:
    names = db.execute(
        "select table_name from information_schema.tables "
        "where table_catalog = 'build' and table_schema = ? order by table_name",
        [schema],
    ).fetchall()
    if not names:
        raise PublishError(
            f"The build has no relation in schema {schema}",
            where="the build file",
            remedy="Run `talentloop build` without a selection.",
        )
    counts = {}
    for (name,) in names:
        db.execute(f'create table {target}."{name}" as from build.{schema}."{name}"')
        row = db.execute(f'select count(*) from {target}."{name}"').fetchone()
        counts[str(name)] = int(row[0]) if row else 0
    return counts


def _write_column_classes(db: duckdb.DuckDBPyConnection, manifest: Path) -> None:
    """Carry each column's class and text along, so that a reader can decide without dbt."""
    nodes = json.loads(manifest.read_text())["nodes"].values()
    rows = [
        [node["name"], column["name"], _column_class(column), column.get("description", "")]
        for node in nodes
        if node["resource_type"] == "model" and node["schema"] == "marts"
        for column in node["columns"].values()
    ]
    db.execute(
        "create table marts_copy.meta_column"
        "(relation varchar, column_name varchar, class varchar, description varchar)"
    )
    if rows:
        db.executemany("insert into marts_copy.meta_column values (?, ?, ?, ?)", rows)


def _column_class(column: dict[str, object]) -> str | None:
    for holder in (column.get("config"), column):
        if isinstance(holder, dict) and isinstance(holder.get("meta"), dict):
            found = holder["meta"].get("class")
            if found:
                return str(found)
    return None


def _write_version_row(db: duckdb.DuckDBPyConnection, version: str, at: datetime) -> None:
    db.execute(
        "create table marts_copy.meta_publication as "
        "select $1::varchar as version, $2::timestamptz as published_at, $3::varchar as schema_version",
        [version, at, SCHEMA_VERSION],
    )


def _verify(path: Path, expected: dict[str, int]) -> None:
    with connect_hardened(path) as db:
        for name, rows in expected.items():
            found = db.execute(f'select count(*) from "{name}"').fetchone()
            if found is None or found[0] != rows:
                raise PublishError(
                    f"The written copy does not verify: {name} should have {rows} rows",
                    where=str(path),
                    remedy="The old version keeps serving. Check the disk and publish again.",
                )


def _point(settings: Settings, publication: Publication) -> None:
    content = {
        "version": publication.version,
        "path": publication.path,
        "sha256": publication.sha256,
        "restricted_path": publication.restricted_path,
        "as_of": publication.as_of.isoformat(),
        "published_at": publication.published_at.isoformat(),
    }
    replace_durably(settings.published_dir / POINTER, json.dumps(content, indent=1).encode())
    forget_cached(settings)


def list_versions(settings: Settings) -> Sequence[Publication]:
    """Published versions that can still be read, newest first."""
    query = select(Publication).where(Publication.state == "live")
    with session(settings) as db:
        return db.scalars(query.order_by(Publication.seq.desc())).all()


def collect(settings: Settings) -> list[str]:
    """Delete versions beyond the newest `publish_keep`, and files that belong to none."""
    query = select(Publication).where(Publication.state == "live")
    collected = []
    with session(settings) as db:
        live = db.scalars(query.order_by(Publication.seq.desc())).all()
        keep = live[: settings.publish_keep]
        for row in live[settings.publish_keep :]:
            row.state = "collected"
            collected.append(row.version)
        wanted = {name for row in keep for name in (row.path, row.restricted_path)}
    for file in settings.published_dir.glob("*.duckdb*"):
        if file.name not in wanted:
            file.unlink(missing_ok=True)
    return collected


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
