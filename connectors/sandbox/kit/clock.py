"""The clock of all tenants: it stands still, is kept on disk, and moves when it is told to."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.sandbox.company.sizes import CLOCK_START
from talentloop.files import replace_durably


class SandboxClock:
    """The instant at which the simulated company lives.

    Args:
        path: where it is kept.
        start: where it stands at first.
    """

    def __init__(self, path: Path, start: datetime = CLOCK_START) -> None:
        self._path = path
        self._now = start
        if path.exists():
            self._now = datetime.fromisoformat(json.loads(path.read_text())["now"])

    def now(self) -> datetime:
        """The company's time, UTC."""
        return self._now.astimezone(UTC)

    def advance(self, days: float) -> datetime:
        """Move on by whole seconds; returns the new time."""
        self._now += timedelta(seconds=round(days * 86_400))
        replace_durably(self._path, json.dumps({"now": self._now.isoformat()}).encode())
        return self.now()
