"""Commands for what is written back: look, decide about what stopped, pause and resume."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from cli.output import AsJson, console, explained, print_counts, print_json, print_table
from talentloop.errors import ConfigError
from talentloop.ops.models import OutboxRow
from talentloop.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="What is written back to outside systems.")

Items = Annotated[list[int], typer.Argument(help="Numbers from the list.")]
By = Annotated[str, typer.Option("--by", help="Who decides; goes into the audit trail.")]
Note = Annotated[str, typer.Option("--note", help="Why; goes into the audit trail.")]
OneDestination = Annotated[str, typer.Argument(help="A configured destination.")]
MaybeDestination = Annotated[str | None, typer.Option("--destination", help="Only this one.")]


@app.command("list")
@explained
def list_items(
    destination: MaybeDestination = None,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only in this state; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """List items, newest first: where to, what, in which state and why."""
    from connectors.outbox import list_items as listed
    from connectors.outbox.rows import STATES

    wanted = [name.upper() for name in state or []]
    if unknown := sorted(set(wanted) - set(STATES)):
        raise ConfigError(
            "There is no such state", where=f"--state {unknown[0]}",
            remedy="Known are: " + ", ".join(STATES) + ".",
        )  # fmt: skip
    rows = listed(get_settings(), destination=destination, states=wanted, limit=limit)
    columns = ["id", "destination", "operation", "entity_key", "state", "reason_code", "attempts",
               "next_at", "last_error"]  # fmt: skip
    values = [[getattr(row, name) for name in columns] for row in rows]
    if as_json:
        print_json([dict(zip(columns, value, strict=True)) for value in values])
    else:
        print_table(columns, values)


@app.command("show")
@explained
def show(item_id: int) -> None:
    """Show an item with what it sends, as JSON. It may hold personal data: mind who looks on."""
    from connectors.outbox import find_item

    row, others = find_item(get_settings(), item_id)
    hidden = ("payload_json", "_sa_instance_state")
    shown = {name: value for name, value in vars(row).items() if name not in hidden}
    print_json(
        {
            **dict(sorted(shown.items())),
            "payload": json.loads(row.payload_json),
            "depends_on": [_named(other) for other in others],
        }
    )


def _named(row: OutboxRow) -> dict[str, Any]:
    names = ("id", "destination", "operation", "entity_key", "state", "last_error")
    return {name: getattr(row, name) for name in names}


@app.command("replay")
@explained
def replay(
    by: By,
    items: Annotated[
        list[int] | None,
        typer.Argument(help="Numbers from the list; all dead ones of --destination if left out."),
    ] = None,
    destination: MaybeDestination = None,
    refused: Annotated[
        bool, typer.Option("--refused", help="Without numbers, also what the system refused.")
    ] = False,
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    """Try items again that were given up or refused; what depends on them goes on."""
    from connectors.outbox import replay as revive

    revived = revive(
        get_settings(), by=by, ids=items or (), destination=destination, refused=refused, note=note
    )
    print_counts("waiting again; now: talentloop deliver", {"items": revived}, as_json)


@app.command("confirm")
@explained
def confirm(items: Items, by: By, note: Note = "", as_json: AsJson = False) -> None:
    """Count items that stopped as delivered, after looking in the other system."""
    from connectors.outbox import confirm as count

    print_counts("confirmed", {"items": count(get_settings(), items, by=by, note=note)}, as_json)


@app.command("pause")
@explained
def pause(
    destination: OneDestination,
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Why; shown until it is resumed.")] = "",
) -> None:
    """Stop all traffic to a destination until it is resumed; items go on being queued."""
    from connectors.outbox import pause as stop

    done = stop(get_settings(), destination, by=by, reason=reason)
    console.print(f"[green]✓[/] {destination} is paused" if done else "It was paused already.")


@app.command("resume")
@explained
def resume(destination: OneDestination, by: By) -> None:
    """Let a paused destination go on with the next delivery."""
    from connectors.outbox import resume as go_on

    done = go_on(get_settings(), destination, by=by)
    console.print(f"[green]✓[/] {destination} goes on" if done else "It was not paused.")


@app.command("metrics")
@explained
def metrics(as_json: AsJson = False) -> None:
    """Show backlog, age and latency of each destination."""
    from connectors.outbox import outbox_measures

    found = outbox_measures(get_settings())
    if as_json:
        print_json([{**vars(m), "paused": _pause(m.paused)} for m in found])
        return
    heads = ["destination", "backlog", "oldest s", "due for s", "sent 24 h", "p50 s", "p95 s",
             "longest s", "stopped", "paused"]  # fmt: skip
    print_table(
        heads,
        [
            [
                m.destination, m.backlog, _seconds(m.oldest_seconds), _seconds(m.due_seconds),
                m.sent_24h, _seconds(m.p50_seconds), _seconds(m.p95_seconds),
                _seconds(m.max_seconds),
                ", ".join(f"{name} {n}" for name, n in m.stopped.items()),
                f"by {m.paused.paused_by} since {m.paused.paused_at:%Y-%m-%d %H:%M}"
                if m.paused
                else "",
            ]
            for m in found
        ],
    )  # fmt: skip


def _pause(row: Any) -> dict[str, Any] | None:
    return row and {"by": row.paused_by, "at": row.paused_at, "reason": row.reason}


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:,.1f}"


@app.command("release")
@explained
def release(
    destination: OneDestination,
    operation: Annotated[str, typer.Argument(help="Operation whose field it is.")],
    entity_key: Annotated[str, typer.Argument(help="Key of the record there.")],
    field: Annotated[str, typer.Argument(help="Field that a person had edited there.")],
    by: By,
) -> None:
    """Let a field be written again that a person edited there; the next delivery sends it."""
    from connectors.outbox import release_drift

    if not release_drift(get_settings(), destination, operation, entity_key, field, by=by):
        raise ConfigError(
            "The field is not held",
            where=f"{destination} {operation} {entity_key} {field}",
            remedy="A field is held once `talentloop reconcile` found that a person edited it there; "
            "name operation, record and field as the destination's file does.",
        )
    console.print(f"[green]✓[/] {field} of {entity_key} is ours again")
