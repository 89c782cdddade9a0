"""A few cells of the fault matrix, really run; and what the table says of a bad one."""

from __future__ import annotations

import pytest

from connectors.fault_matrix import Cell, run_matrix, systems
from connectors.fault_matrix.callbacks import posts_events
from connectors.fault_matrix.cells import FAULTS, checked_faults
from connectors.fault_matrix.systems import find_system
from connectors.registry import make_event_source
from talentloop.errors import ConfigError
from talentloop.settings import Settings


def test_a_disturbed_pull_and_delivery_end_as_undisturbed_ones(settings: Settings) -> None:
    system = find_system(settings, "successfactors")
    table = run_matrix(settings, system, faults=["truncated", "lost_response"])
    assert table.is_good
    pulled, delivered = table.cells[FAULTS["truncated"].title]
    assert pulled is not None
    assert delivered is not None
    assert pulled.fired
    assert pulled.expected > 1000
    assert delivered.settled > 0
    assert not list(settings.home.glob("landing/*/source=successfactors")), "our home is not used"


def test_an_event_posted_three_times_sets_off_one_pull(settings: Settings) -> None:
    table = run_matrix(settings, find_system(settings, "yonyou"), faults=["callback_twice"])
    (pulled, delivered) = table.cells[FAULTS["callback_twice"].title]
    assert pulled is not None
    assert pulled.is_good
    assert pulled.expected > 1000
    assert (pulled.fired, pulled.note) == (3, "1 pull")
    assert delivered is None


def test_a_system_that_is_asked_seldom_is_disturbed_and_killed_all_the_same(
    settings: Settings,
) -> None:
    table = run_matrix(settings, find_system(settings, "workday"), faults=["truncated"], kills=3)
    assert table.is_good
    for pulled, _ in table.cells.values():
        assert pulled is not None
        assert pulled.fired
        assert pulled.expected > 100


def test_a_system_without_events_says_so(settings: Settings) -> None:
    assert not posts_events(settings, find_system(settings, "successfactors"))
    with pytest.raises(ConfigError, match="posts no events") as caught:
        make_event_source(settings, "successfactors")
    assert "yonyou" in caught.value.remedy


def test_every_system_that_reads_a_stand_in_takes_part(settings: Settings) -> None:
    found = {system.name: system for system in systems(settings)}
    assert found["successfactors"].destination == "successfactors"
    assert len(found) > 5
    with pytest.raises(ConfigError, match="Known are") as caught:
        find_system(settings, "nobody")
    assert "successfactors" in caught.value.remedy


def test_a_fault_that_does_not_exist_is_named() -> None:
    with pytest.raises(ConfigError, match="earthquake"):
        checked_faults(["earthquake"])


@pytest.mark.parametrize(
    ("cell", "good"),
    [
        (Cell(expected=9, fired=3), True),
        (Cell(expected=9), True),
        (Cell(expected=9, lost=1, fired=3), False),
        (Cell(expected=9, twice=1, fired=3), False),
        (Cell(expected=9, fired=0), False),
        (Cell(applies=False), True),
    ],
)
def test_a_cell_is_good_only_where_the_fault_struck_and_nothing_came_of_it(
    cell: Cell, good: bool
) -> None:
    assert cell.is_good is good
    assert ("✗" not in str(cell)) is good
