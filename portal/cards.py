"""A page is made of cards; one that fails says so and leaves the others alone."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import duckdb

from portal.frame import Frame
from talentloop.errors import TalentLoopError
from talentloop.logs import get_logger
from talentloop.reports import ReportResult, get_report, run_report
from talentloop.warehouse import Published

log = get_logger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Card(Generic[T]):
    """The content of a card, or the reference under which its failure is logged."""

    content: T | None = None
    failure: str | None = None

    def __bool__(self) -> bool:
        return self.content is not None


class _Cards:
    """Making cards, one failure at a time."""

    def card(self, name: str, make: Callable[[], T]) -> Card[T]:
        """What `make` gives, or a failure with a reference that the log explains."""
        try:
            return Card(make())
        except (duckdb.Error, TalentLoopError) as error:
            reference = "E-" + secrets.token_hex(2).upper()
            log.error("card_failed", card=name, reference=reference, error=str(error))
            return Card(failure=reference)


class _Kept:
    """Results about no single person, kept for as long as a published version is read.

    A version never changes, so neither does what a report says about it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[object, ...], ReportResult] = OrderedDict()

    def get(self, key: tuple[object, ...], make: Callable[[], ReportResult]) -> ReportResult:
        """The result under a key; made at the first request for it."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        made = make()
        with self._lock:
            self._found[key] = made
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return made


_kept = _Kept(most=256)


@dataclass(frozen=True)
class Desk(_Cards):
    """Runs reports for one page on one published version."""

    frame: Frame
    db: Published

    def report(self, name: str, **params: object) -> ReportResult:
        """A report's result."""
        settings = self.frame.settings

        def run() -> ReportResult:
            return run_report(settings, name, params, db=self.db)

        spec = get_report(name)
        if spec.audience == "recruiter" or spec.origin == "operations":
            return run()
        given = tuple(sorted((k, str(v)) for k, v in params.items() if v is not None))
        key = (settings.published_dir, self.db.version, self.db.published_at, name, given)
        return _kept.get(key, run)


@dataclass(frozen=True)
class LiveDesk(_Cards):
    """Runs reports about operations, which need no published copy."""

    frame: Frame

    def report(self, name: str, **params: object) -> ReportResult:
        """A report's result."""
        return run_report(self.frame.settings, name, params)
