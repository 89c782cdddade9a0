"""An operations database for tests: migrated once in each test process, then copied."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from talentloop import ops
from talentloop.settings import Settings


def set_up(settings: Settings) -> None:
    """Put a migrated, empty operations database into the home.

    What `ops.migrate` makes there is the same every time; Alembic takes half a second for it.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / "operations.db").write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        made = Settings(home=Path(folder))
        ops.migrate(made)
        ops.engine(made).dispose()  # the last connection moves its log into the file
        return (made.home / "operations.db").read_bytes()
