"""Sending what is queued, and acting on what came back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from connectors.channels.channel import Channel, list_channels
from connectors.outbox import deliver
from connectors.registry import list_event_sources
from talentloop.errors import DeliveryError, TalentLoopError
from talentloop.ops.callbacks import settle_event, waiting_events
from talentloop.ops.steps import step
from talentloop.settings import Settings

Counts = dict[str, Any]


def deliver_messages(settings: Settings, *, patience_seconds: float | None = None) -> Counts:
    """Send what is due in every channel; one that has trouble does not keep the others back.

    Raises:
        DeliveryError: a channel takes nothing now, or items were given up; the others are done.
    """
    channels = list_channels(settings)
    if not channels:
        return {"channels": 0}
    total: Counter[str] = Counter()
    troubles: list[TalentLoopError] = []
    with step(settings, "deliver_messages") as counts:
        for each in channels:
            try:
                done = deliver(settings, each.name, patience_seconds=patience_seconds)
                total.update({name: n for name, n in vars(done).items() if isinstance(n, int)})
            except TalentLoopError as error:
                troubles.append(error)
        counts.update(channels=len(channels), troubled=len(troubles), **total)
        _raise(troubles, len(channels))
    return counts


def _raise(troubles: list[TalentLoopError], asked: int) -> None:
    if troubles:
        first = troubles[0]
        raise DeliveryError(
            f"{len(troubles)} of {asked} channels had trouble: {first.what}",
            where=first.where,
            remedy=first.remedy,
        ) from first


def act_on_events(settings: Settings, pull: Callable[[Settings, str], Any]) -> Counts:
    """Act on what channels and sources received: pull what an event's kind is configured to pull.

    Events that arrived while a pull failed wait for the next run.

    Args:
        pull: pulls a source by its name (`loop.steps.run_ingest`).

    Raises:
        TalentLoopError: a pull failed; those after it were still tried.
    """
    counts: Counter[str] = Counter()
    troubles: list[TalentLoopError] = []
    for each in list_channels(settings):
        if each.callback is not None:
            _act(settings, each, pull, counts, troubles)
    for source in list_event_sources(settings).values():
        try:
            counts["pulled"] += source.pull(pull)
        except TalentLoopError as error:
            troubles.append(error)
    if troubles:
        raise troubles[0]
    return dict(counts)


def _act(
    settings: Settings,
    channel: Channel,
    pull: Callable[[Settings, str], Any],
    counts: Counter[str],
    troubles: list[TalentLoopError],
) -> None:
    pulls = channel.callback.pulls if channel.callback else {}
    events = waiting_events(settings, channel.name)
    for source in sorted({pulls[event.kind] for event in events if event.kind in pulls}):
        try:
            pull(settings, source)
        except TalentLoopError as error:
            troubles.append(error)
            events = [event for event in events if pulls.get(event.kind) != source]
        else:
            counts["pulled"] += 1
    for event in events:
        acted = event.kind in pulls
        settle_event(settings, event, "done" if acted else "ignored")
        counts["done" if acted else "ignored"] += 1
