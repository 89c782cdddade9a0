"""The command that tries every system under every fault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import AsJson, console, explained, print_json, print_table, tell
from talentloop.errors import CheckFailedError
from talentloop.settings import PROJECT_ROOT, get_settings

if TYPE_CHECKING:
    from connectors.fault_matrix import Table

#: Fault, pull, delivery.
_Row = tuple[str, str, str]
_PAGE = PROJECT_ROOT / "docs" / "faults.md"
_HEAD = """# Fault matrix

Written by `talentloop faults --write`; do not edit. Each cell was really run: the system's stand-in
was served on loopback with the fault switched on, and its example source was pulled, or its results
were delivered, as a scheduler does it. A pull is compared with an undisturbed one, record by record
and by content; a delivery by the changes that the stand-in really made. Everything here is simulated.

- *lost*, *twice*: records, or effects of writes, that are missing, or there more than once
- *hits*: how often the fault happened
- *runs stopped*: runs that ended with an error before the one that finished
- *unknown, read back*: writes whose answer was lost; what became of them was read, none was repeated
- *–*: the trial does not apply to this system
"""


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(faults)


@explained
def faults(
    system: Annotated[str | None, typer.Argument(help="Source of a stand-in; all.")] = None,
    fault: Annotated[
        list[str] | None, typer.Option("--fault", help="Only this fault; may be repeated.")
    ] = None,
    kills: Annotated[
        int, typer.Option(min=0, help="Kill so many pulls and deliveries at random points too.")
    ] = 0,
    write: Annotated[bool, typer.Option("--write", help="Write docs/faults.md.")] = False,
    as_json: AsJson = False,
) -> None:
    """Pull from and deliver to every stand-in under every fault. Exit 5 if anything was lost."""
    from connectors.fault_matrix import run_matrix, systems
    from connectors.fault_matrix.cells import FAULTS, checked_faults
    from connectors.fault_matrix.systems import find_system

    settings = get_settings()
    chosen = [find_system(settings, system)] if system else systems(settings)
    names = checked_faults(fault) if fault else tuple(FAULTS)
    tables = [run_matrix(settings, one, faults=names, kills=kills, progress=tell) for one in chosen]
    if write:
        _write(_PAGE, tables)
    if as_json:
        print_json({table.system.name: list(table.rows()) for table in tables})
    else:
        for table in tables:
            console.print(f"\n[bold]{table.system.name}[/]")
            print_table(["fault", "pull", "delivery"], list(table.rows()))
    bad = [table.system.name for table in tables if not table.is_good]
    if bad:
        raise CheckFailedError(
            f"Something was lost, doubled or not tried: {', '.join(bad)}",
            where="the cells marked ✗",
            remedy="Repeat one with `talentloop faults SYSTEM --fault NAME`.",
        )


def _write(page: Path, tables: list[Table]) -> None:
    """Write the tables into the page; other systems, and faults not tried now, stay as they are."""
    sections = _sections(page.read_text(encoding="utf-8")) if page.exists() else {}
    for table in tables:
        rows = {row[0]: row for row in table.rows()}
        sections[table.system.name] = {**sections.get(table.system.name, {}), **rows}
    parts = [_HEAD.strip()] + [_section(name, sections[name]) for name in sorted(sections)]
    page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _sections(text: str) -> dict[str, dict[str, _Row]]:
    """System → title of the fault → its row, of a page written before."""
    found: dict[str, dict[str, _Row]] = {}
    for section in text.split("\n## ")[1:]:
        name, *lines = section.splitlines()
        cells = [line.strip("|").split("|") for line in lines if line.startswith("| ")][1:]
        rows = [(a.strip(), b.strip(), c.strip()) for a, b, c in cells]
        found[name] = {row[0]: row for row in rows}
    return found


def _section(name: str, rows: dict[str, _Row]) -> str:
    head = [f"## {name}", "", "| fault | pull | delivery |", "|---|---|---|"]
    return "\n".join(head + [f"| {' | '.join(row)} |" for row in rows.values()])
