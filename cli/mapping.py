"""The command that drafts a mapping and shows what a source has changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, console, explained, print_json, print_table
from talentloop.errors import ConfigError
from talentloop.settings import get_settings


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("map")(map_fields)


@explained
def map_fields(
    source: Annotated[str, typer.Argument(help="Configured source, or the path of a source file.")],
    output: Annotated[
        Path | None, typer.Option(help="Write the draft to this file; never over another one.")
    ] = None,
    entity: Annotated[
        list[str] | None, typer.Option(help="What the rows of a stream are: stream=entity.")
    ] = None,
    path: Annotated[
        Path | None, typer.Option(help="Folder of a file source that leaves it open.")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="Live rows to look at in each stream.")] = 500,
    accept: Annotated[
        bool, typer.Option("--accept", help="Close the incidents about changed fields.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Draft a mapping from what a source shows, try it on live rows, and tell what has changed.

    Nothing lands. Shown are fields and their kinds, what each seems to be, what does not fit, what
    nothing reads, and the fields that are not what they were at the last run.
    """
    from connectors.ingest.map_source import map_source
    from connectors.ingest.schema import accept as accept_changes
    from loop import steps

    settings = get_settings()
    steps.run_init(settings)
    found = map_source(settings, source, path=path, entities=_pairs(entity or []), rows=rows)
    if output is not None:
        if output.exists():
            raise ConfigError(
                "There is a file of that name", where=str(output), remedy="Choose another name."
            )
        output.write_text(found.yaml, encoding="utf-8")
    closed: list[str] = []
    if accept:
        streams = [stream.draft.stream for stream in found.streams]
        closed = accept_changes(settings, found.source, streams)
    if as_json:
        print_json({**found.as_dict(), "accepted": closed})
        return
    for title, columns, table in found.as_tables():
        console.print(f"\n[bold]{title}[/]")
        print_table(columns, table)
    if output is not None:
        console.print(f"\n[green]✓[/] {output}: read every line before you use it")
    for stream in closed:
        console.print(f"[green]✓[/] accepted the changes of {stream}")


def _pairs(items: list[str]) -> dict[str, str]:
    pairs = dict(item.partition("=")[::2] for item in items)
    wrong = [stream for stream, name in pairs.items() if not name]
    if wrong:
        raise ConfigError(
            "--entity has no value", where=f"--entity {wrong[0]}", remedy="Write stream=entity."
        )
    return pairs
