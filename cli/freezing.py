"""Commands for the figures of past months: freeze them, and see what later data changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.output import AsJson, explained, print_counts, print_json, print_table, tell
from loop import steps
from talentloop.errors import ConfigError
from talentloop.settings import get_settings


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (freeze, restatements):
        app.command()(command)


@explained
def freeze(
    month: Annotated[
        str | None, typer.Argument(help="A month such as 2026-10; default the last that ended.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Freeze the figures of the monthly report, and log what changed in frozen months."""
    first = _time(f"{month}-01", "MONTH", "2026-10").date() if month else None
    counts = steps.run_freeze(get_settings(), first, progress=tell)
    print_counts("frozen", counts, as_json)


@explained
def restatements(
    metric: Annotated[str | None, typer.Option(help="Only of this metric.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only those noticed since this day (UTC).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List frozen figures that later data changed: what, when, from what to what."""
    from talentloop.reports.freezing import restatements as listed

    start = _time(since, "--since", "2026-10-31") if since else None
    columns = ["noticed_at", "metric", "period_on", "scope", "value_before", "value_after",
               "n_before", "n_after", "published_version", "as_of"]  # fmt: skip
    found = listed(get_settings(), metric=metric, since=start)
    rows = [[getattr(row, name) for name in columns] for row in found]
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table(columns, rows)


def _time(text: str, where: str, example: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise ConfigError(
            "That is no date", where=f"{where} {text}", remedy=f"Write it as {example}."
        ) from None
