"""Commands that tell people: preview, send, test."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.output import AsJson, console, explained, print_counts, print_json, print_table
from talentloop.errors import ConfigError, DeliveryError
from talentloop.settings import Settings, get_settings

app = typer.Typer(no_args_is_help=True, help="Tell people, through the configured channels.")


class Lang(StrEnum):
    """Languages of messages."""

    zh = "zh"
    en = "en"


@app.command("channels")
@explained
def channels(as_json: AsJson = False) -> None:
    """List the configured channels and what each is used for."""
    from connectors.channels.channel import list_channels

    found = [
        {
            "channel": each.name,
            "connector": each.connector,
            "cards": dict(each.sends),
            "invitations": each.invitations,
            "calendar": each.calendar,
            "events": each.callback is not None,
        }
        for each in list_channels(get_settings())
    ]
    if as_json:
        print_json(found)
    elif found:
        print_table(list(found[0]), [list(each.values()) for each in found])
    else:
        console.print("No channel is configured: nothing is sent. See config/examples/channels.")


@app.command("preview")
@explained
def preview(
    template: Annotated[str, typer.Argument(help="A file of config/messages, without its end.")],
    lang: Annotated[Lang, typer.Option("--lang", help="Language of the message.")] = Lang.zh,
    as_json: AsJson = False,
) -> None:
    """Show a message with the names of its fields, as the policy lets its readers see it."""
    from loop.notify import preview as show

    card = show(get_settings(), template, lang.value)
    if as_json:
        print_json(card.model_dump(mode="json"))
        return
    console.print(card.title, style="bold", markup=False)
    console.print(card.plain, markup=False)


@app.command("send")
@explained
def send(
    monthly: Annotated[
        str | None, typer.Option("--monthly", metavar="YYYY-MM", help="The card of this month too.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Queue cards for incidents that nobody was told of, then send all that waits."""
    from loop.notify import deliver_messages, notify_incidents, notify_monthly

    settings = get_settings()
    queued = notify_incidents(settings)
    if monthly is not None:
        queued += notify_monthly(settings, _month(monthly))
    counts = {"queued": queued, **deliver_messages(settings)}
    print_counts("told", counts, as_json)


@app.command("test")
@explained
def try_out(
    channel: Annotated[str, typer.Argument(help="A configured channel.")], as_json: AsJson = False
) -> None:
    """Send a test message to every target of a channel; exit 9 when one did not arrive."""
    from connectors.outbox import deliver
    from loop.notify import send_test

    settings = get_settings()
    items = send_test(settings, channel)
    deliver(settings, channel, patience_seconds=0)
    states = _states(settings, items)
    if as_json:
        print_json(states)
    else:
        print_table(["item", "state", "said"], [list(each.values()) for each in states])
    if any(each["state"] not in ("SENT", "CONFIRMED") for each in states):
        raise typer.Exit(DeliveryError.exit_code)


def _states(settings: Settings, items: list[str]) -> list[dict[str, Any]]:
    from sqlalchemy import select

    from talentloop.ops import session
    from talentloop.ops.models import OutboxRow

    with session(settings) as db:
        rows = db.scalars(select(OutboxRow).where(OutboxRow.idem_key.in_(items))).all()
    return [
        {"item": row.entity_key, "state": row.state, "said": row.last_error or ""} for row in rows
    ]


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ConfigError(
            "The month is not one", where=f"--monthly {text}", remedy="Write it as 2026-10."
        ) from None
