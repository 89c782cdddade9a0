"""The page of the fault matrix, written in parts."""

from __future__ import annotations

from pathlib import Path

from cli.faults import _write
from connectors.fault_matrix.cells import Cell
from connectors.fault_matrix.matrix import Table
from connectors.fault_matrix.systems import System


def tried(system: str, **cells: int) -> Table:
    table = Table(System(system, system, None))
    table.cells = {fault: (Cell(expected=n), None) for fault, n in cells.items()}
    return table


def test_other_systems_and_faults_not_tried_again_stay_on_the_page(tmp_path: Path) -> None:
    page = tmp_path / "faults.md"
    _write(page, [tried("moka", throttling=3, timeout=3), tried("beisen", throttling=5)])
    before = page.read_text()
    _write(page, [tried("moka", timeout=4)])
    after = page.read_text()
    assert after == before.replace(
        "| timeout | ✓ lost 0, twice 0 of 3 |", "| timeout | ✓ lost 0, twice 0 of 4 |"
    )
    assert after != before
