"""Commands that run the steps of the loop, as the DAGs do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import AsJson, console, errors, explained, print_counts, print_json, print_table
from loop import steps
from talentloop.settings import Settings, get_settings


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (init, ingest, check, build, publish, train, score, deliver, reconcile):
        app.command()(command)


@explained
def init() -> None:
    """Set up all state: operations database, landing zone, folders. Safe to repeat."""
    settings = get_settings()
    steps.run_init(settings)
    console.print(f"[green]✓[/] Ready: {settings.home}")


@explained
def ingest(
    source: Annotated[str, typer.Argument(help="Configured source, or the path of a source file.")],
    full: Annotated[
        bool, typer.Option(help="Read everything again; mark what has gone as deleted.")
    ] = False,
    path: Annotated[
        Path | None, typer.Option(help="Folder of a file source that leaves it open.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the mapping's effect; land nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Pull what changed in a source and land it."""
    settings = get_settings()
    steps.run_init(settings)
    if dry_run:
        _dry_run(settings, source, path, as_json)
        return
    progress = None if as_json else lambda text: errors.print(f"[dim]{text}[/]")
    counts = steps.run_ingest(settings, source, full=full, path=path, progress=progress)
    print_counts(f"ingested {source}", counts, as_json)


def _dry_run(settings: Settings, source: str, path: Path | None, as_json: bool) -> None:
    from connectors.ingest import dry_run

    report = dry_run(settings, source, path=path)
    if as_json:
        print_json(report.as_dict())
        return
    for title, columns, rows in report.as_tables():
        console.print(f"\n[bold]{title}[/]")
        print_table(columns, rows)


@explained
def check(as_json: AsJson = False) -> None:
    """Check every landed load that waits for it."""
    print_counts("checked", steps.run_check(get_settings()), as_json)


@explained
def build(
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Rebuild everything from the landing zone.")
    ] = False,
    select: Annotated[str | None, typer.Option(help="A dbt selection.")] = None,
    as_json: AsJson = False,
) -> None:
    """Build the warehouse from all checked loads."""
    counts = steps.run_build(get_settings(), full_refresh=full_refresh, select=select)
    print_counts("built", counts, as_json)


@explained
def publish(as_json: AsJson = False) -> None:
    """Publish the last build; readers swap to it."""
    print_counts("published", steps.run_publish(get_settings()), as_json)


ModelName = Annotated[str | None, typer.Argument(help="A configured model; all when left out.")]
Destination = Annotated[
    str | None, typer.Argument(help="A configured destination; all when left out.")
]


def _for_each(
    title: str, names: list[str], run: Callable[[Settings, str], dict[str, Any]], as_json: bool
) -> None:
    results = {name: run(get_settings(), name) for name in names}
    if as_json:
        print_json(results)
        return
    for name, counts in results.items():
        print_counts(f"{title} {name}", counts, False)


@explained
def train(model: ModelName = None, as_json: AsJson = False) -> None:
    """Train models whose data changed; promote those that earned it."""
    names = [model] if model else steps.model_names(get_settings())
    _for_each("trained", names, steps.run_train, as_json)


@explained
def score(model: ModelName = None, as_json: AsJson = False) -> None:
    """Score with the champions and land what they advise."""
    names = [model] if model else steps.model_names(get_settings())
    _for_each("scored", names, steps.run_score, as_json)


@explained
def deliver(
    destination: Destination = None,
    retry_dead: Annotated[
        bool, typer.Option("--retry-dead", help="Give dead items another round of attempts.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Queue what changed and deliver what is due."""
    settings = get_settings()
    names = [destination] if destination else list(steps.destination_names(settings))
    if retry_dead:
        from connectors.outbox import replay

        for name in names:
            replay(settings, destination=name, by="talentloop deliver --retry-dead")
    _for_each("delivered", names, steps.run_deliver, as_json)


@explained
def reconcile(destination: Destination = None, as_json: AsJson = False) -> None:
    """Read back what was sent and compare: MATCH, DRIFT, MISSING."""
    names = [destination] if destination else list(steps.destination_names(get_settings()))
    _for_each("reconciled", names, steps.run_reconcile, as_json)
