"""A page is made of cards; one that fails says so and leaves the others alone."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import duckdb

from portal.frame import Frame
from talentloop.errors import TalentLoopError
from talentloop.logs import get_logger
from talentloop.reports import ReportResult, run_report
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


@dataclass(frozen=True)
class Desk(_Cards):
    """Runs reports for one page on one published version."""

    frame: Frame
    db: Published

    def report(self, name: str, **params: object) -> ReportResult:
        """A report's result."""
        return run_report(self.frame.settings, name, params, db=self.db)


@dataclass(frozen=True)
class LiveDesk(_Cards):
    """Runs reports about operations, which need no published copy."""

    frame: Frame

    def report(self, name: str, **params: object) -> ReportResult:
        """A report's result."""
        return run_report(self.frame.settings, name, params)
