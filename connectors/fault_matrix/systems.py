"""Which systems take part, and a home of its own for each trial, tuned to lose no time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from connectors.http.address import SANDBOX
from connectors.outbox.destination import destination_files, load_destination
from connectors.registry import SINKS, SourceConfig, find_source, list_sources
from connectors.sandbox.company import Company
from connectors.sandbox.service import control, running
from talentloop import ops
from talentloop.config import load_yaml
from talentloop.errors import ConfigError
from talentloop.settings import Settings, load_settings

#: No waiting, but all the counting.
_RETRY = {
    "attempts": 6,
    "deadline_seconds": 60,
    "wait_initial_seconds": 0,
    "throttled_wait_seconds": 0,
    "odd_answer_wait_seconds": 0,
}
_LIMIT = {"requests": 100_000, "seconds": 1, "shared": False}
_DELIVERY = {
    "batch_size": 5,
    "max_attempts": 50,
    "backoff_seconds": {"first": 0.02, "longest": 0.2},
    "settle_seconds": 0.02,
    "patience_seconds": 1,
    "lease_seconds": 600,
}
#: Longest silence of the tenant that the client bears while time-outs are tried.
SHORT_SECONDS = 0.2
_LONG_SECONDS = 30
#: Identities are hashed under this key in every trial, so that what lands can be compared.
_HASH_KEY = "00" * 32
#: Copy of the operations database as it was before the first pull.
_EMPTY = "operations.empty"


@dataclass(frozen=True)
class System:
    """One system with a stand-in.

    Attributes:
        name: the configured source that reads the stand-in.
        stand_in: name of the stand-in.
        destination: what writes back into it; None where nothing does.
    """

    name: str
    stand_in: str
    destination: str | None


def systems(settings: Settings) -> list[System]:
    """The systems whose configured source, or example, reads a stand-in; by name.

    Raises:
        ConfigError: a file does not fit.
    """
    examples = settings.config.glob("examples/*/source.yml")
    found = [*list_sources(settings), *(find_source(settings, str(path)) for path in examples)]
    wired = [source for source in found if source.options.get("base_url") == SANDBOX]
    return sorted((_system(settings, source) for source in wired), key=lambda s: s.name)


def find_system(settings: Settings, name: str) -> System:
    """One of them.

    Raises:
        ConfigError: there is none such; names those there are.
    """
    known = {system.name: system for system in systems(settings)}
    if name not in known:
        raise ConfigError(
            f"No system {name!r} has a source that reads a stand-in",
            where="config/sources, config/examples",
            remedy="Known are: " + ", ".join(sorted(known)) + ".",
        )
    return known[name]


def _system(settings: Settings, source: SourceConfig) -> System:
    stand_in = str(source.options.get("stand_in") or source.connector)
    destinations = [
        name
        for name in destination_files(settings)
        if source.connector in SINKS and load_destination(settings, name).source == source.name
    ]
    return System(source.name, stand_in, destinations[0] if destinations else None)


@dataclass
class Trial:
    """One home, one running stand-in, one system.

    Attributes:
        settings: of this trial alone.
    """

    settings: Settings
    system: System

    def faults(self, **wanted: object) -> dict[str, Any]:
        """Switch on what is named and everything else off."""
        return control(self.settings, f"/sandbox/{self.system.stand_in}/faults", wanted)

    def state(self) -> dict[str, Any]:
        """What is on, what has fired, and the effects of writes."""
        return control(self.settings, f"/sandbox/{self.system.stand_in}/faults")

    def advance(self, days: float) -> None:
        """Let time pass at the tenant."""
        control(self.settings, "/sandbox/clock", {"advance_days": days})

    def renew(self) -> None:
        """Forget all that was pulled; the tenant stays as it is."""
        home = self.settings.home
        _let_go(self.settings)
        shutil.rmtree(home / "landing", ignore_errors=True)
        for file in home.glob("operations.db*"):
            file.unlink()
        shutil.copyfile(home / _EMPTY, home / "operations.db")

    @contextmanager
    def dead_dns(self) -> Iterator[None]:
        """The stand-in's name leads nowhere."""
        note = self.settings.sandbox_dir / "service.json"
        content = note.read_text()
        lost = {**json.loads(content), "url": "http://no-such-host.invalid:9"}
        note.write_text(json.dumps(lost))
        try:
            yield
        finally:
            note.write_text(content)


@contextmanager
def trial(
    settings: Settings, system: System, company: Company, folder: Path, *, short: bool = False
) -> Iterator[Trial]:
    """A fresh home below `folder`, with the stand-in running; gone afterwards.

    Args:
        settings: whose configuration is tried.
        short: bear only a short silence of the tenant.
    """
    home = folder / system.name
    shutil.rmtree(home, ignore_errors=True)
    made = load_settings(
        home=home,
        config=home / "config",
        project=settings.project,
        sandbox_size="test",
        sandbox_port=0,
        now=None,
        # Whatever this installation uses must not be touched.
        operations_url=None,
        operations_password_file=None,
        landing_url=None,
    )
    shutil.copytree(settings.config, made.config)
    _tune(made, system, SHORT_SECONDS if short else _LONG_SECONDS)
    ops.migrate(made)
    _let_go(made)
    shutil.copyfile(home / "operations.db", home / _EMPTY)
    made.secrets_dir.mkdir(mode=0o700)
    (made.secrets_dir / "hash.key").write_text(_HASH_KEY)
    try:
        with running(made, company):
            yield Trial(made, system)
    finally:
        _let_go(made)
        shutil.rmtree(home, ignore_errors=True)


def _let_go(settings: Settings) -> None:
    """Close the operations database, which takes its log into the file."""
    ops.engine(settings).dispose()
    ops.engine(settings, durable=False).dispose()


def _tune(settings: Settings, system: System, timeout_seconds: float) -> None:
    """Take the waiting out of the configuration of one system."""
    source = find_source(settings, system.name)
    tuned = {"retry": _RETRY, "limit": _LIMIT, "timeout_seconds": timeout_seconds}
    edit(source.file, tuned)
    if system.destination is not None:
        edit(destination_files(settings)[system.destination], _DELIVERY)


def edit(path: Path, changes: dict[str, Any]) -> None:
    """Change fields of a configuration file."""
    content = {**load_yaml(path), **changes}
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False))
