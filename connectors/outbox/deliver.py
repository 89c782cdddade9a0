"""Delivering what is due, until nothing is or the system has trouble."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from connectors.base import Sink
from connectors.outbox.blocked import refresh_blocked
from connectors.outbox.destination import Destination, load_destination
from connectors.outbox.due import count_rest, seconds_to_next
from connectors.outbox.worker import DeliverResult, Worker
from connectors.registry import make_sink
from talentloop.errors import DeliveryError, SourceAuthError
from talentloop.logs import get_logger
from talentloop.ops.incidents import open_incident, resolve_incident
from talentloop.settings import Settings

log = get_logger(__name__)
Progress = Callable[[str], None]

#: Batches in a row of which nothing arrived, after which the system is left alone for this run.
_FAILURES_IN_A_ROW = 3
_SHORTEST_PAUSE = 0.2
_DEAD = "outbox_dead"


class DeliveryRefusedError(DeliveryError, SourceAuthError):
    """The system refuses our credentials: trying again will not help."""


def deliver(
    settings: Settings,
    destination: str,
    *,
    limit: int | None = None,
    progress: Progress | None = None,
    patience_seconds: float | None = None,
    sink: Sink | None = None,
) -> DeliverResult:
    """Deliver every change that is due, and those soon due; any number of workers may run.

    Args:
        limit: changes to send at most; all when None.
        patience_seconds: how long to wait for changes that are due soon; default as configured.
        sink: the system to write to; default the configured one.

    Raises:
        ConfigError: the destination, or its connection, is not configured rightly.
        DeliveryRefusedError: the credentials are refused.
        DeliveryError: the system cannot be reached or its quota is used up; changes wait.
    """
    config = load_destination(settings, destination)
    with opened_sink(settings, config, sink) as target:
        worker = Worker(settings, config, target)
        try:
            _run(worker, limit, _or(patience_seconds, config.patience_seconds), progress)
        except SourceAuthError as error:
            raise DeliveryRefusedError(
                error.what, where=error.where or destination, remedy=error.remedy
            ) from error
        finally:
            refresh_blocked(settings)
            for name, number in vars(count_rest(settings, destination)).items():
                setattr(worker.result, name, number)
            log.info("outbox_delivered", destination=destination, **vars(worker.result))
    _report_dead(settings, destination, worker.result)
    if worker.trouble and worker.result.waiting and limit is None and not worker.result.paused:
        raise DeliveryError(
            f"{worker.result.waiting} changes could not be delivered yet: {worker.trouble}",
            where=f"destination {destination}",
            remedy="They stay in the outbox. Run `talentloop deliver` again once it answers.",
        )
    return worker.result


def _run(worker: Worker, limit: int | None, patience: float, progress: Progress | None) -> None:
    until = time.monotonic() + patience
    left, failures = limit, 0
    while failures < _FAILURES_IN_A_ROW and left != 0 and not worker.is_paused():
        worker.take_over()
        failures += not worker.settle()
        rows = worker.lease(left if left is not None else 1_000_000)
        if not rows:
            if refresh_blocked(worker.settings):
                continue
            pause = seconds_to_next(worker.settings, worker.destination)
            if pause is None or time.monotonic() + pause >= until:
                return
            time.sleep(max(pause, _SHORTEST_PAUSE))
            continue
        failures = 0 if worker.deliver(rows) else failures + 1
        left = None if left is None else left - len(rows)
        if progress is not None:
            done = worker.result
            progress(f"{done.sent} sent, {done.refused} refused, {done.retried} to retry")


def _or(given: float | None, default: float) -> float:
    return default if given is None else given


@contextmanager
def opened_sink(settings: Settings, config: Destination, sink: Sink | None) -> Iterator[Sink]:
    """The given sink, or the configured one, closed at the end."""
    if sink is not None:
        yield sink
        return
    made = make_sink(settings, config.source)
    try:
        yield made
    finally:
        close = getattr(made, "close", None)
        if close is not None:
            close()


def _report_dead(settings: Settings, destination: str, result: DeliverResult) -> None:
    if result.dead:
        open_incident(
            settings,
            kind=_DEAD,
            where=destination,
            title=f"{result.dead} changes to {destination} were given up",
            detail="Each was tried as often as configured; the outbox keeps the last error.",
            remedy="`talentloop outbox list --state DEAD` tells the reasons. Remove the cause, then "
            f"`talentloop outbox replay --destination {destination}`.",
        )
    elif result.sent and not result.waiting:
        resolve_incident(settings, kind=_DEAD, where=destination, resolution="Deliveries succeed.")
