"""Commands for scheduling interviews: recommend, confirm, move, cancel, list."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli.output import AsJson, console, explained, print_counts, print_json, print_table
from talentloop.errors import BookingError
from talentloop.settings import get_settings

if TYPE_CHECKING:
    from interview.scheduling import Blocked, Slot, SlotRequest
    from loop.notify import Told
    from talentloop.ops.models import Booking

app = typer.Typer(no_args_is_help=True, help="Interviews: slots, bookings, changes.")

Key = Annotated[str, typer.Argument(help="Id of the interview, `key` of its request.")]
Code = Annotated[str, typer.Argument(help="Code of a recommended slot.")]
By = Annotated[str, typer.Option("--by", help="Who decides; goes into the audit trail.")]


@app.command("slots")
@explained
def slots(
    file: Annotated[Path, typer.Argument(help="The request, YAML; see docs/scheduling.md.")],
    as_json: AsJson = False,
) -> None:
    """Recommend slots, best first; nothing is booked. Exit 10 where none fits, and say why."""
    from loop.schedule import slots as recommend

    request, found = recommend(get_settings(), file)
    rows = [_slot(request, slot) for slot in found.slots]
    blocked = None if found.blocked is None else _blocked(found.blocked)
    if as_json:
        print_json({"interview": request.key, "slots": rows, "blocked": blocked})
    elif blocked is None:
        print_table(["code", "candidate", "panel"], [_line(row) for row in rows])
    else:
        console.print("[yellow]○[/] No slot fits.")
        console.print(blocked["why"], markup=False)
        lines = [
            [who, kind, n] for who, each in blocked["broken"].items() for kind, n in each.items()
        ]
        print_table(["who", "constraint", "starts that break it"], lines)
    if blocked is not None:
        raise typer.Exit(BookingError.exit_code)


@app.command("confirm")
@explained
def confirm(key: Key, code: Code, by: By, as_json: AsJson = False) -> None:
    """Book a recommended slot, invite the candidate, fill the interviewers' calendars."""
    from loop.schedule import confirm as decide

    _print(*decide(get_settings(), key, code, by), as_json)


@app.command("move")
@explained
def move(key: Key, code: Code, by: By, as_json: AsJson = False) -> None:
    """Give a booked interview another recommended slot; the appointment stays the same one."""
    from loop.schedule import move as decide

    _print(*decide(get_settings(), key, code, by), as_json)


@app.command("cancel")
@explained
def cancel(key: Key, by: By, as_json: AsJson = False) -> None:
    """Take a booking back and free everybody's time."""
    from loop.schedule import cancel as decide

    _print(*decide(get_settings(), key, by), as_json)


@app.command("list")
@explained
def list_bookings(as_json: AsJson = False) -> None:
    """List bookings by time; `told`: what tells of the newest version, where a channel does, is queued."""
    from interview.scheduling import bookings

    rows = [_booking(each) for each in bookings(get_settings())]
    if as_json:
        print_json(rows)
    else:
        names = list(rows[0]) if rows else ["interview"]
        print_table(names, [list(row.values()) for row in rows])


def _slot(request: SlotRequest, slot: Slot) -> dict[str, Any]:
    people = [request.interviewer(each) for each in slot.panel]
    return {
        "code": slot.code,
        "starts_at": slot.starts_at.isoformat(),
        "ends_at": slot.ends_at.isoformat(),
        "candidate": _local(slot.starts_at, slot.ends_at, request.candidate.time_zone),
        "panel": [
            {
                "id": person.id,
                "local": _local(slot.starts_at, slot.ends_at, person.time_zone),
                "interviews_that_week": slot.load[person.id],
            }
            for person in people
        ],
    }


def _line(row: dict[str, Any]) -> list[str]:
    panel = [
        f"{p['id']}: {p['local']}, {p['interviews_that_week']} that week" for p in row["panel"]
    ]
    return [row["code"], row["candidate"], "\n".join(panel)]


def _local(begins: datetime, ends: datetime, zone: str) -> str:
    here = ZoneInfo(zone)
    return f"{begins.astimezone(here):%a %Y-%m-%d %H:%M}-{ends.astimezone(here):%H:%M} {zone}"


def _blocked(found: Blocked) -> dict[str, Any]:
    if not found.starts:
        why = "The candidate's windows hold no start of this duration."
    elif found.alone:
        why = "It is enough to give way in one of: " + "; ".join(
            f"{kind} (then from {start.isoformat()})" for kind, start in found.alone.items()
        )
    elif found.together:
        why = "Giving way in one is not enough; it needs " + " and ".join(found.together)
    else:
        why = "The panel cannot be seated: its seats ask for the same people."
    return {
        "why": why, "starts": found.starts, "together": list(found.together),
        "alone": {kind: start.isoformat() for kind, start in found.alone.items()},
        "broken": found.broken,
    }  # fmt: skip


def _booking(row: Booking) -> dict[str, Any]:
    return {
        "interview": row.interview_key,
        "state": row.state,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
        "panel": ", ".join(row.panel["seats"]),
        "slot": row.slot_code,
        "version": row.version,
        "told": row.told_version == row.version,
        "decided_by": row.decided_by,
    }


def _print(booking: Booking, told: Told, as_json: bool) -> None:
    said = {"uid": told.uid, "sequence": told.sequence, "queued": len(told.items),
            "unreached": told.unreached}  # fmt: skip
    if as_json:
        print_json({**_booking(booking), **said, "told": True})
    else:
        when = f"{booking.starts_at.isoformat()} with {', '.join(booking.panel['seats'])}"
        print_counts(f"interview {booking.interview_key} {booking.state}: {when}", said, as_json)
