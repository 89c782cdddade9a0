"""Connections to the operations database: SQLite in WAL mode by default, PostgreSQL by URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from filelock import FileLock
from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from talentloop.errors import ConfigError, TalentLoopError
from talentloop.settings import Settings

_MIGRATIONS = Path(__file__).parent / "migrations"


def database_url(settings: Settings) -> URL:
    """The operations database's URL, with its password filled in from the password file."""
    if settings.operations_url is None:
        return make_url(f"sqlite:///{settings.home / 'operations.db'}")
    url = make_url(settings.operations_url)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if settings.operations_password_file is not None:
        url = url.set(password=settings.operations_password_file.read_text().strip())
    return url


@lru_cache(maxsize=16)
def _engine(url: URL, durable: bool) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        # Taking over transactions from the driver makes BEGIN IMMEDIATE possible: two writers
        # then wait for each other instead of failing half-way with "database is locked".
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def engine(settings: Settings, *, durable: bool = True) -> Engine:
    """The engine of this process for these settings.

    Args:
        durable: whether a commit must outlive a power failure. What may be lost then (a rate limit's
            state) need not wait for the disk: only SQLite makes a difference.
    """
    return _engine(database_url(settings), durable)


@contextmanager
def session(settings: Settings, *, durable: bool = True) -> Iterator[Session]:
    """A short transaction: committed at the end of the block, rolled back on any error.

    Args:
        durable: see `engine`.

    Raises:
        TalentLoopError: the database cannot be reached or has not been set up.
    """
    try:
        with (
            Session(engine(settings, durable=durable), expire_on_commit=False) as opened,
            opened.begin(),
        ):
            yield opened
    except OperationalError as error:
        raise _explain(settings, error) from error


def _explain(settings: Settings, error: OperationalError) -> TalentLoopError:
    problem = str(error.orig).strip().splitlines()[0]
    missing = "no such table" in problem or "does not exist" in problem
    return ConfigError(
        f"The operations database does not answer: {problem}",
        where=database_url(settings).render_as_string(hide_password=True),
        remedy="Run `talentloop init`." if missing else "Check that it runs and the URL is right.",
    )


def migrate(settings: Settings) -> None:
    """Bring the operations database to the newest schema; safe to call from many processes."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.home / ".migrate.lock", timeout=120):
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        try:
            with engine(settings).begin() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except OperationalError as error:
            raise _explain(settings, error) from error


def is_reachable(settings: Settings) -> bool:
    """Whether the database answers and has been migrated."""
    try:
        with session(settings) as opened:
            opened.execute(text("select count(*) from alembic_version"))
    except TalentLoopError:
        return False
    return True
