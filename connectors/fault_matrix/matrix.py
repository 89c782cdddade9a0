"""The whole table: each system, each fault, a pull and a delivery."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from connectors.fault_matrix import delivery, pull
from connectors.fault_matrix.callbacks import posted_thrice, posts_events
from connectors.fault_matrix.cells import FAULTS, Cell
from connectors.fault_matrix.kills import kill_deliveries, kill_pulls
from connectors.fault_matrix.systems import System, Trial, trial
from connectors.sandbox.company import Company, simulate
from talentloop.settings import Settings

Progress = Callable[[str], None]
Key = tuple[str, str]
_Pulled = Callable[[Trial, pull.Landed], Cell]
_SKEWED = ("clock_ahead", "clock_behind", "clock_beyond")
_FIELDS_TRIED = 4


@dataclass
class Table:
    """The cells of one system: title of the fault → (pull, delivery)."""

    system: System
    cells: dict[str, tuple[Cell | None, Cell | None]] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether every cell is."""
        return all(cell.is_good for pair in self.cells.values() for cell in pair if cell)

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Fault, pull and delivery as text."""
        for title, (pulled, delivered) in self.cells.items():
            yield title, str(pulled or ""), str(delivered or "")


def run_matrix(
    settings: Settings,
    system: System,
    *,
    faults: Sequence[str] = tuple(FAULTS),
    kills: int = 0,
    progress: Progress = lambda _line: None,
) -> Table:
    """Try a system under each fault, in a home of its own each time; nothing of `settings.home` is
    touched.

    Args:
        settings: whose configuration is tried.
        faults: names of the faults; default all.
        kills: so many pulls, and so many deliveries, are killed at random points too.
        progress: is told a line for each cell.
    """
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        matrix = _Matrix(settings, system, simulate("test"), Path(folder), progress)
        table = Table(system)
        for fault in faults:
            table.cells[FAULTS[fault].title] = (matrix.pulled(fault), matrix.delivered(fault))
        if kills:
            table.cells[f"killed at {kills} random points"] = matrix.killed(kills)
        return table


class _Matrix:
    """One system's trials, and what they are compared with."""

    def __init__(
        self,
        settings: Settings,
        system: System,
        company: Company,
        folder: Path,
        progress: Progress,
    ) -> None:
        self._settings = settings
        self._system = system
        self._company = company
        self._folder = folder
        self._progress = progress
        self._keys: list[Key] = []
        self._expected = self._undisturbed()
        self._next_day: pull.Landed = {}
        self._effects = self._undisturbed_effects() if system.destination else None

    def _trial(self, *, short: bool = False) -> AbstractContextManager[Trial]:
        return trial(self._settings, self._system, self._company, self._folder, short=short)

    def _undisturbed(self) -> pull.Landed:
        with self._trial() as tried:
            pull.pull(tried, Cell())
            if self._system.destination:
                self._keys = delivery.application_keys(tried.settings, self._system.name)
            return pull.landed(tried.settings, self._system.name)

    def _undisturbed_next_day(self) -> pull.Landed:
        with self._trial() as tried:
            tried.advance(1)
            pull.pull(tried, Cell())
            return pull.landed(tried.settings, self._system.name)

    def _undisturbed_effects(self) -> delivery.Effects:
        with self._trial() as tried:
            delivery.queue(tried, self._keys)
            delivery.work_off(tried, Cell())
            return delivery.effects(tried)

    def pulled(self, fault: str) -> Cell | None:
        """The pull under a fault; None where it does not concern pulls."""
        if not FAULTS[fault].pulls:
            return None
        cell = self._pulled(fault)
        self._progress(f"{self._system.name} pull, {FAULTS[fault].title}: {cell}")
        return cell

    def _pulled(self, fault: str) -> Cell:
        if fault == "schema_change":
            return self._renamed()
        if fault == "callback_twice" and not posts_events(self._settings, self._system):
            return Cell(applies=False, note="posts no events to its source")
        if fault in _SKEWED or fault == "callback_twice":
            self._next_day = self._next_day or self._undisturbed_next_day()
        own: dict[str, tuple[_Pulled, pull.Landed]] = {
            "callback_twice": (posted_thrice, self._next_day),
            "duplicate": (pull.read_twice, self._expected),
            "dead_dns": (pull.without_name, self._expected),
        }
        with self._trial(short=fault == "timeout") as tried:
            if fault in _SKEWED:
                return pull.next_day_under_skew(tried, fault, self._next_day)
            if fault in own:
                attempt, expected = own[fault]
                return attempt(tried, expected)
            cell = pull.under_switches(tried, fault, self._expected)
        if cell.fired == 0:
            with self._trial(short=fault == "timeout") as tried:
                cell = pull.under_switches(tried, fault, self._expected, often=True)
        return cell

    def _renamed(self) -> Cell:
        """The first required field that the stand-in can rename."""
        cell = Cell(applies=False, note="no required field is read")
        fields = pull.required_fields(self._settings, self._system.name)
        for name in fields[:_FIELDS_TRIED]:
            with self._trial() as tried:
                cell = pull.renamed(tried, name, self._expected)
            if cell.applies:
                break
        return cell

    def delivered(self, fault: str) -> Cell | None:
        """The delivery under a fault; None where nothing is delivered, or it does not concern it."""
        if self._effects is None or not FAULTS[fault].delivers:
            return None
        with self._trial(short=fault == "timeout") as tried:
            cell = self._delivered(tried, fault, self._effects)
        self._progress(f"{self._system.name} delivery, {FAULTS[fault].title}: {cell}")
        return cell

    def _delivered(self, tried: Trial, fault: str, expected: delivery.Effects) -> Cell:
        if fault == "duplicate":
            return delivery.by_two_workers(tried, self._keys, expected)
        if fault == "dead_dns":
            return delivery.without_name(tried, self._keys, expected)
        if fault == "schema_change":
            return delivery.renamed(tried, self._keys, expected)
        return delivery.under_switches(tried, fault, self._keys, expected)

    def killed(self, times: int) -> tuple[Cell, Cell | None]:
        """Pulls and deliveries killed at random points."""
        with self._trial() as tried:
            pulls = kill_pulls(tried, times, self._expected)
        self._progress(f"{self._system.name} pull killed: {pulls}")
        if self._effects is None:
            return pulls, None
        with self._trial() as tried:
            deliveries = kill_deliveries(tried, times, self._keys)
        self._progress(f"{self._system.name} delivery killed: {deliveries}")
        return pulls, deliveries
