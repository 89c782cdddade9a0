"""Commands for what broke its contract: list, show, correct, replay, dismiss, set a load aside."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import AsJson, console, explained, print_counts, print_json, print_table
from talentloop.errors import ConfigError
from talentloop.ops import quarantine
from talentloop.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="Records and loads that broke their contract.")

Ids = Annotated[list[int] | None, typer.Argument(help="Numbers from the list; all when left out.")]
SourceOption = Annotated[str | None, typer.Option(help="Only this source.")]


@app.command("list")
@explained
def list_rows(source: SourceOption = None, as_json: AsJson = False) -> None:
    """List quarantined records: where they came from, what is wrong, what to do."""
    rows = quarantine.listed(get_settings(), source=source)
    columns = ["id", "source", "stream", "entity", "record_id", "field", "reason", "remedy",
               "location", "state", "seen_count"]  # fmt: skip
    values = [[getattr(row, name) for name in columns] for row in rows]
    if as_json:
        print_json([dict(zip(columns, value, strict=True)) for value in values])
    else:
        print_table(columns, values)


@app.command("show")
@explained
def show(row_id: int) -> None:
    """Show a record's raw row as JSON. It may hold personal data: mind who looks on."""
    rows = quarantine.listed(
        get_settings(), ids=[row_id], states=("open", "corrected", "replayed", "dismissed")
    )
    if not rows:
        raise ConfigError(
            "There is no such record", where=f"quarantine {row_id}", remedy="See the list."
        )
    print_json({"raw": rows[0].payload, "corrected": rows[0].corrected})


@app.command("correct")
@explained
def correct(
    row_id: int,
    change: Annotated[list[str], typer.Argument(help="Raw fields to set: name=value.")],
) -> None:
    """Correct raw fields of a record; replay it afterwards."""
    pairs = dict(item.partition("=")[::2] for item in change)
    quarantine.correct(get_settings(), row_id, pairs)
    console.print(f"[green]✓[/] corrected {row_id}; now: talentloop quarantine replay {row_id}")


@app.command("replay")
@explained
def replay(ids: Ids = None, source: SourceOption = None, as_json: AsJson = False) -> None:
    """Map records again, corrected or with a corrected mapping, and land those that now fit."""
    from connectors.replay import replay as replay_rows

    result = replay_rows(get_settings(), ids=ids, source=source)
    print_counts(
        "replayed", {"landed": result.landed, "still_broken": result.still_broken}, as_json
    )


@app.command("dismiss")
@explained
def dismiss(row_id: int, reason: Annotated[str, typer.Option(help="Why it is given up.")]) -> None:
    """Give a record up, with a reason."""
    quarantine.settle(get_settings(), row_id, "dismissed", reason)
    console.print(f"[green]✓[/] dismissed {row_id}")


@app.command("reject-load")
@explained
def reject(load_id: str, reason: Annotated[str, typer.Option(help="Why it is set aside.")]) -> None:
    """Set a load that failed its checks aside, so that the build can go on without it."""
    from expectations import reject_load

    reject_load(get_settings(), load_id, reason)
    console.print(f"[green]✓[/] load {load_id} is set aside; its file is kept under _rejected/")


@app.command("recheck")
@explained
def recheck_load(load_id: str, as_json: AsJson = False) -> None:
    """Check a load once more, after an expectation was corrected."""
    from expectations import recheck

    report = recheck(get_settings(), load_id)
    print_counts(
        "checked again", {"checked": len(report.runs), "failed": len(report.failed)}, as_json
    )
