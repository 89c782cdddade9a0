"""The command that loads an old system whole and proves it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, console, explained, print_json, print_table, tell
from cli.tables import mark
from talentloop.errors import CheckFailedError
from talentloop.settings import get_settings


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("migrate")(migrate_source)


@explained
def migrate_source(
    source: Annotated[str, typer.Argument(help="Configured source, or the path of a source file.")],
    path: Annotated[
        Path | None, typer.Option(help="Folder of a file source that leaves it open.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Load everything a source has and compare it, record by record; exit 5 when not complete.

    Counts, sums and checksums of what the source answered stand beside those of the landing zone, and
    the warehouse's where it is built. The report is written below the home, as HTML and JSON.
    """
    from connectors.migration import migrate
    from loop import steps

    settings = get_settings()
    steps.run_init(settings)
    found = migrate(settings, source, path=path, progress=None if as_json else tell)
    if as_json:
        print_json({**found.as_dict(), "html": str(found.html), "json": str(found.json)})
    else:
        heads = ["", "entity", "answered", "landed", "rejected", "missing", "surplus", "warehouse"]
        print_table(heads, [
            [mark("ok" if row.is_complete else "missing"), row.entity, row.answered, row.landed,
             row.rejected, len(row.missing), row.surplus, row.warehouse]
            for row in found.entities
        ])  # fmt: skip
        for reject in found.rejects:
            console.print(f"  {reject['rows']} × {reject['entity']}.{reject['field']}: "
                          f"{reject['reason']}", markup=False)  # fmt: skip
        verdict = "[green]✓ complete[/]" if found.is_complete else "[red]✗ not complete[/]"
        console.print(f"{verdict}  {found.html}")
    if not found.is_complete:
        raise typer.Exit(CheckFailedError.exit_code)
