"""An event that a vendor posts again and again: kept once, and one pull comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from connectors.channels.receiving import EventSource, Post
from connectors.fault_matrix.cells import Cell
from connectors.fault_matrix.pull import Landed, compared, pull
from connectors.fault_matrix.systems import System, Trial, edit
from connectors.http.address import sandbox_secret
from connectors.registry import EVENT_SOURCES, find_source, make_event_source
from connectors.sandbox.yonyou.events import sealed_event
from talentloop.settings import Settings

#: Connector → how its stand-in seals an event, given the shared secret and the time in milliseconds.
_SEALED: dict[str, Callable[[Mapping[str, Any], str, int], Mapping[str, str]]] = {
    "yonyou": sealed_event,
}
_EVENT = {"type": "STAFF_UPDATE", "eventId": "matrix-1", "staffId": ["E000001"]}


def posts_events(settings: Settings, system: System) -> bool:
    """Whether a system tells its source that something has changed."""
    return find_source(settings, system.name).connector in EVENT_SOURCES


def posted_thrice(trial: Trial, expected: Landed) -> Cell:
    """One event three times: the same bytes again, sealed anew, and once more after it was acted on.

    Args:
        expected: what an undisturbed pull of the next day lands.
    """
    cell = Cell(fired=0)
    source = find_source(trial.settings, trial.system.name)
    edit(source.file, {"callback": {"reply": "plain"}})
    receiver = make_event_source(trial.settings, source.name)
    pull(trial, cell)
    trial.advance(1)
    pulls = 0

    def run(_settings: Settings, _source: str) -> None:
        nonlocal pulls
        pulls += 1
        pull(trial, cell)

    body = _sealed(trial, source.connector)
    for content in (body, body, _sealed(trial, source.connector)):
        _receive(receiver, content)
    receiver.pull(run)
    _receive(receiver, body)
    receiver.pull(run)
    cell.fired = 3 if pulls else 0
    cell.note = f"{pulls} pull"
    compared(trial, cell, expected)
    cell.twice += max(0, pulls - 1)
    return cell


def _receive(receiver: EventSource, content: bytes) -> None:
    receiver.receive(Post({}, body=content))


def _sealed(trial: Trial, connector: str) -> bytes:
    secrets = trial.settings.secrets_dir
    secret = (secrets / sandbox_secret(connector)).read_text().strip()
    now_ms = round(trial.settings.clock.now().timestamp() * 1000)
    return orjson.dumps(_SEALED[connector](_EVENT, secret, now_ms))
