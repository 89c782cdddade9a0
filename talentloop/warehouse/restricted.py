"""The restricted copy: names and protected attributes, encrypted, for three callers only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import duckdb
import pyarrow as pa

from talentloop.errors import PublishError
from talentloop.ids import secret_key
from talentloop.settings import Settings
from talentloop.warehouse.read import read_pointer


@dataclass(frozen=True)
class Identity:
    """Who a person key stands for."""

    full_name: str | None
    email: str | None
    phone: str | None


def _key(settings: Settings) -> str:
    if settings.restricted_key_file is not None:
        return settings.restricted_key_file.read_text().strip()
    return secret_key(settings, "restricted.key").hex()


def load_httpfs(db: duckdb.DuckDBPyConnection) -> None:
    """Load DuckDB's httpfs extension (S3 and OpenSSL) from its installed package; no download."""
    package = resources.files("duckdb_extension_httpfs")
    path = package / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
    db.execute(f"load '{path}'")


def attach_restricted(
    db: duckdb.DuckDBPyConnection,
    settings: Settings,
    path: Path,
    name: str,
    *,
    read_only: bool = False,
) -> None:
    """Attach an encrypted file.

    DuckDB writes encrypted files only with OpenSSL, which comes with the httpfs extension; its
    own fallback calls itself insecure and is refused. The statement carries the key: it is never
    logged, and an error of it is replaced.

    Raises:
        PublishError: the extension is missing, or the key does not fit the file.
    """
    try:
        load_httpfs(db)
        db.execute(
            f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as {name} "
            f"(encryption_key '{_key(settings)}', encryption_cipher 'GCM'"
            f"{', read_only' if read_only else ''})"
        )
    except (duckdb.Error, ImportError, OSError) as error:
        raise PublishError(
            f"The restricted copy cannot be opened ({type(error).__name__})",
            where=str(path),
            remedy="Check the key file and that duckdb-extension-httpfs is installed.",
        ) from None


@contextmanager
def _open_restricted(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    pointer = read_pointer(settings)
    with duckdb.connect() as db:
        path = settings.published_dir / pointer["restricted_path"]
        attach_restricted(db, settings, path, "restricted", read_only=True)
        db.execute("set timezone = 'UTC'")
        db.execute("set lock_configuration = true")
        yield db


def identity_lookup(settings: Settings, person_keys: Sequence[str]) -> dict[str, Identity]:
    """Names and contacts of the given persons; unknown keys are left out.

    Raises:
        PublishError: the restricted copy is missing or its key does not fit.
    """
    with _open_restricted(settings) as db:
        rows = db.execute(
            "select person_key, full_name, email, phone "
            "from restricted.restricted_person_identity where list_contains($1, person_key)",
            [list(person_keys)],
        ).fetchall()
    return {key: Identity(name, email, phone) for key, name, email, phone in rows}


def restricted_table(settings: Settings, name: str) -> pa.Table:
    """A whole restricted relation; for the fairness audit and identity resolution only.

    Raises:
        PublishError: the restricted copy is missing or its key does not fit.
    """
    with _open_restricted(settings) as db:
        quoted = name.replace('"', '""')
        return db.execute(f'from restricted."{quoted}"').to_arrow_table()
