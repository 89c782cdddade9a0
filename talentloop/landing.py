"""The landing zone: immutable Parquet, one file per load, on a local folder or an S3 store."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import obstore
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from obstore.store import LocalStore, S3Store

from talentloop.contracts import ENTITIES, LANDING_COLUMNS, arrow_schema, landing_schema
from talentloop.errors import ConfigError, ContractError, TalentLoopError
from talentloop.files import replace_durably
from talentloop.settings import Settings

_FILE = re.compile(
    r"(?P<entity>\w+)/source=(?P<source>[^/]+)/load=(?P<load_id>[0-9A-Z]{26}(?:-\d+)?)\.parquet$"
)
#: Rows per row group: bounds what a writer or reader holds at once.
_ROW_GROUP = 65_536
#: A source that touches a record without changing it must not make a new version.
_UNHASHED = {"source_updated_at", "source_created_at", *LANDING_COLUMNS}


@dataclass(frozen=True)
class LandedFile:
    """One immutable file of the landing zone.

    Attributes:
        path: relative to the zone's root.
        oldest_change: the oldest `source_updated_at` in it, where it was just written.
    """

    entity: str
    source: str
    load_id: str
    path: str
    rows: int = -1
    sha256: str = ""
    oldest_change: datetime | None = None


def hash_rows(rows: pa.Table) -> pa.Array:
    """What each record says, as 32 hex characters of SHA-256 over its JSON.

    The source's own times of record and the landing columns do not count.
    """
    names = [n for n in rows.column_names if n not in _UNHASHED]
    columns = rows.select(names)
    fields = ", ".join(f'"{n}" := "{n}"' for n in names)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.register("rows", columns)
        result = connection.execute(
            f"select left(sha256(to_json(struct_pack({fields}))::varchar), 32) as h from rows"
        ).to_arrow_table()
    return result["h"].combine_chunks()


class LandingZone:
    """Writes and reads landed files. Any number of processes may write at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.root = settings.landing_root
        self._local = None if "://" in self.root else Path(self.root)
        self._store = self._open_store()

    def _open_store(self) -> LocalStore | S3Store:
        if self._local is not None:
            self._local.mkdir(parents=True, exist_ok=True)
            return LocalStore(self._local)
        if self.root.startswith("s3://"):
            return _s3_store(self._settings, self.root)
        raise ConfigError(
            "The landing zone must be a folder or an s3:// URL",
            where="TALENTLOOP_LANDING_URL",
            remedy="Give a path such as /data/landing, or s3://bucket/prefix.",
        )

    def prepare(self) -> None:
        """Put an empty file with the schema into each entity's folder, so that readers find one."""
        for entity, model in ENTITIES.items():
            path = f"{entity}/source=_schema/load=0.parquet"
            self._put(path, _parquet(landing_schema(model).empty_table()))

    def write(
        self,
        entity: str,
        source: str,
        rows: pa.Table,
        *,
        load_id: str,
        ingested_at: datetime,
        raw: Sequence[bytes] = (),
    ) -> LandedFile | None:
        """Land the records that say something new; None when none does.

        Args:
            rows: records in the contract's Arrow schema.
            raw: the source's own pages, kept gzip'ed beside the file.

        Raises:
            ContractError: the columns are not those of the entity's contract.
            TalentLoopError: the store refused the file, for instance because the disk is full.
        """
        fresh = self._unlanded(entity, source, _conform(entity, rows))
        if fresh.num_rows == 0:
            return None
        stamped = _stamp(entity, fresh, load_id, ingested_at)
        data = _parquet(stamped)
        path = f"{entity}/source={source}/load={load_id}.parquet"
        if raw:
            self._put(path.removesuffix(".parquet") + ".raw.gz", _gzipped(raw))
        self._put(path, data)
        return LandedFile(
            entity, source, load_id, path, stamped.num_rows, hashlib.sha256(data).hexdigest(),
            pc.min(stamped["source_updated_at"]).as_py(),
        )  # fmt: skip

    def _unlanded(self, entity: str, source: str, rows: pa.Table) -> pa.Table:
        """Rows whose newest landed version is missing or says something else."""
        rows = rows.append_column("payload_hash", hash_rows(rows))
        known = self.newest_hashes(entity, source, rows["source_id"])
        if known.num_rows == 0:
            return rows
        rows = rows.append_column("_row", pa.array(range(rows.num_rows)))
        keys = rows.select(["_row", "source_id", "payload_hash"])
        seen = keys.join(known, keys=["source_id", "payload_hash"], join_type="inner")
        mask = pc.is_in(rows["_row"], value_set=seen["_row"].combine_chunks())
        return rows.filter(pc.invert(mask)).drop_columns(["_row"])

    def newest_hashes(
        self, entity: str, source: str, ids: pa.ChunkedArray | None = None
    ) -> pa.Table:
        """Per `source_id` the `payload_hash` of its newest landed version; only of `ids` if given."""
        columns = ["source_id", "payload_hash", "load_id", "source_updated_at"]
        landed = self.read(entity, source=source, columns=columns, ids=ids)
        if landed.num_rows == 0:
            return landed.select(["source_id", "payload_hash"])
        ordered = landed.sort_by([("load_id", "ascending"), ("source_updated_at", "ascending")])
        newest = ordered.group_by("source_id", use_threads=False).aggregate(
            [("payload_hash", "last")]
        )
        return newest.rename_columns({"payload_hash_last": "payload_hash"})

    def live_ids(self, entity: str, source: str) -> set[str]:
        """Ids whose newest landed version is not a deletion."""
        columns = ["source_id", "is_deleted", "load_id", "source_updated_at"]
        landed = self.read(entity, source=source, columns=columns)
        ordered = landed.sort_by([("load_id", "ascending"), ("source_updated_at", "ascending")])
        newest = ordered.group_by("source_id", use_threads=False).aggregate(
            [("is_deleted", "last")]
        )
        return set(newest.filter(pc.invert(newest["is_deleted_last"]))["source_id"].to_pylist())

    def files(self, entity: str | None = None, source: str | None = None) -> list[LandedFile]:
        """Landed files in the order of their load ids."""
        prefix = f"{entity}/" + (f"source={source}/" if source else "") if entity else None
        found = []
        for batch in obstore.list(self._store, prefix=prefix):
            for item in batch:
                match = _FILE.match(item["path"])
                if match and source in (None, match["source"]):
                    found.append(
                        LandedFile(match["entity"], match["source"], match["load_id"], item["path"])
                    )
        return sorted(found, key=lambda f: (f.load_id, f.entity, f.source))

    def read(
        self,
        entity: str,
        *,
        source: str | None = None,
        load_id: str | None = None,
        columns: Sequence[str] | None = None,
        ids: pa.ChunkedArray | None = None,
    ) -> pa.Table:
        """All versions of an entity's records, or those of one source or load.

        Args:
            ids: only records of these `source_id`s (which must be among the columns); files are
                filtered one by one, so that memory follows the ids and not the history.
        """
        schema = landing_schema(ENTITIES[entity])
        wanted = schema if columns is None else pa.schema([schema.field(c) for c in columns])
        tables = [wanted.empty_table()]
        for file in self.files(entity, source):
            if load_id in (None, file.load_id) and self._holds(file.path, ids):
                table = self._read_file(file.path, wanted)
                if ids is not None:
                    table = table.filter(pc.is_in(table["source_id"], value_set=ids))
                tables.append(table)
        return pa.concat_tables(tables)

    def _holds(self, path: str, ids: pa.ChunkedArray | None) -> bool:
        """Whether a file holds any of the ids; a first load asks this of every file in vain."""
        if ids is None:
            return True
        own = self._read_file(path, pa.schema([pa.field("source_id", pa.string(), False)]))
        return bool(pc.any(pc.is_in(own["source_id"], value_set=ids)).as_py())

    def _read_file(self, path: str, schema: pa.Schema) -> pa.Table:
        """Columns of a file; those that its contract did not have when it landed are null."""
        file: Path | io.BytesIO
        if self._local is not None:
            file = self._local / path
        else:
            file = io.BytesIO(bytes(obstore.get(self._store, path).bytes()))
        with pq.ParquetFile(file) as found:
            table = found.read(columns=schema.names)
        for column in schema:
            if column.name not in table.column_names and column.nullable:
                table = table.append_column(column, pa.nulls(table.num_rows, column.type))
        return table.select(schema.names).cast(schema)

    def readable_root(self, mirror: Path) -> str:
        """A local folder with every landed file: the root itself, or a mirror of the S3 store.

        Landed files never change, so only new ones are fetched and only removed ones deleted.
        """
        if self._local is not None:
            return str(self._local)
        wanted = {item["path"] for batch in obstore.list(self._store) for item in batch}
        wanted = {path for path in wanted if path.endswith(".parquet") and path[0] != "_"}
        for path in sorted(wanted):
            if not (mirror / path).exists() or path.endswith("source=_schema/load=0.parquet"):
                replace_durably(mirror / path, bytes(obstore.get(self._store, path).bytes()))
        for file in mirror.rglob("*.parquet"):
            if str(file.relative_to(mirror)) not in wanted:
                file.unlink()
        return str(mirror)

    def set_aside(self, file: LandedFile) -> str:
        """Move a file out of every reader's way, under `_rejected/`; its new path."""
        target = f"_rejected/{file.path}"
        obstore.copy(self._store, file.path, target)
        obstore.delete(self._store, file.path)
        return target

    def _put(self, path: str, data: bytes) -> None:
        with _store_errors(f"{self.root}/{path}"):
            if self._local is not None:
                replace_durably(self._local / path, data)
            else:
                obstore.put(self._store, path, data)


def _conform(entity: str, rows: pa.Table) -> pa.Table:
    schema = arrow_schema(ENTITIES[entity])
    if rows.column_names != schema.names:
        missing = sorted(set(schema.names) - set(rows.column_names))
        surplus = sorted(set(rows.column_names) - set(schema.names))
        raise ContractError(
            f"Columns differ from the contract: missing {missing}, unknown {surplus}",
            where=f"entity {entity}",
            remedy="Map the rows with contracts.arrow_schema(model) in its order.",
        )
    return rows.cast(schema)


def _stamp(entity: str, rows: pa.Table, load_id: str, ingested_at: datetime) -> pa.Table:
    schema = landing_schema(ENTITIES[entity])
    ids = pa.repeat(pa.scalar(load_id), rows.num_rows)
    times = pa.repeat(pa.scalar(ingested_at, pa.timestamp("us", tz="UTC")), rows.num_rows)
    stamped = rows.append_column("load_id", ids).append_column("ingested_at", times)
    return stamped.select(schema.names).cast(schema)


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", compression_level=1, row_group_size=_ROW_GROUP)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _gzipped(pages: Sequence[bytes]) -> bytes:
    """The pages, one a line, packed one by one."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1, mtime=0) as file:
        for page in pages:
            file.write(page)
            file.write(b"\n")
    return packed.getvalue()


def _s3_store(settings: Settings, url: str) -> S3Store:
    options: dict[str, Any] = {"region": settings.s3_region}
    if settings.s3_endpoint:
        options["endpoint"] = settings.s3_endpoint
        options["allow_http"] = settings.s3_endpoint.startswith("http://")
        options["virtual_hosted_style_request"] = False
    for option, file in (
        ("access_key_id", settings.s3_access_key_file),
        ("secret_access_key", settings.s3_secret_key_file),
    ):
        if file is not None:
            options[option] = file.read_text().strip()
    client = {"allow_http": True} if options.pop("allow_http", False) else None
    return S3Store.from_url(url, client_options=client, **options)  # type: ignore[arg-type]


@contextmanager
def _store_errors(where: str) -> Iterator[None]:
    try:
        yield
    except (OSError, obstore.exceptions.BaseError) as error:
        raise TalentLoopError(
            f"The landing zone could not be written: {type(error).__name__}: "
            f"{getattr(error, 'strerror', None) or str(error).splitlines()[0]}",
            where=where,
            remedy="Check free space and permissions, then run the step again; nothing was lost.",
        ) from error
