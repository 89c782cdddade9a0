"""Commands about files of a source: which have been read, and reading one again."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import AsJson, explained, print_counts, print_json, print_table
from talentloop.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="Files of a file source: what was read, and replay.")

Source = Annotated[str, typer.Argument(help="Configured file source.")]


@app.command("list")
@explained
def list_files(source: Source, as_json: AsJson = False) -> None:
    """List the files that have been read, oldest first, and where they lie now."""
    from connectors.files.manifest import known
    from connectors.registry import find_source, make_source

    settings = get_settings()
    config = find_source(settings, source)
    streams = make_source(settings, config).streams()
    files = [file for stream in streams for file in known(settings, config.name, stream)]
    columns = ["stream", "name", "state", "rows", "modified_at", "archived_as", "sha256"]
    rows = [[getattr(file, column) for column in columns] for file in files]
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table(columns, rows)


@app.command("replay")
@explained
def replay(
    source: Source,
    file: Annotated[str, typer.Argument(help="Its name, its archived name, or its SHA-256.")],
    as_json: AsJson = False,
) -> None:
    """Read one file again, from the folder or the archive, with the mapping as it is now."""
    from connectors.files.replay import replay_file

    result = replay_file(get_settings(), source, file)
    print_counts(f"replayed {file}", result.totals(), as_json)
