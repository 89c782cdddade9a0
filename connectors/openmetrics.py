"""The state of synchronisation and write-back as OpenMetrics text, without personal data."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from connectors.health import SyncHealth, sync_health
from connectors.outbox import LATENCY_BOUNDS, OutboxMeasures, outbox_measures
from talentloop.ops.exchanges import ERROR_CLASSES, exchange_days
from talentloop.ops.incidents import open_incidents
from talentloop.settings import Settings

CONTENT_TYPE = CONTENT_TYPE_LATEST


def openmetrics(settings: Settings) -> str:
    """Everything measured, in the text format of OpenMetrics 1.0.

    Names of sources, streams, destinations and states are all that it says: no record, no person.

    Raises:
        ConfigError: the operations database has not been set up, or a source's file does not fit.
    """
    registry = CollectorRegistry()
    registry.register(_Measured(settings))
    text: bytes = generate_latest(registry)  # type: ignore[no-untyped-call]
    return text.decode()


class _Measured(Collector):
    """Reads the operations database at each collection."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterator[Metric]:
        """All families."""
        sources = sync_health(self._settings)
        yield from _streams(sources)
        yield from _volumes(sources)
        yield from _exchanges(self._settings)
        yield from _outbox(outbox_measures(self._settings))
        incidents = GaugeMetricFamily(
            "talentloop_incidents_open", "Incidents that wait for a person"
        )
        incidents.add_metric([], len(open_incidents(self._settings)))
        yield incidents


def _streams(sources: list[SyncHealth]) -> Iterator[Metric]:
    labels = ["source", "stream"]
    lag = GaugeMetricFamily(
        "talentloop_sync_lag_seconds", "Time since a stream was last read to its end", labels=labels,
        unit="seconds",
    )  # fmt: skip
    overlap = GaugeMetricFamily(
        "talentloop_sync_overlap_seconds", "How far before its cursor a read begins",
        labels=labels, unit="seconds",
    )  # fmt: skip
    full = GaugeMetricFamily(
        "talentloop_sync_last_full_timestamp_seconds", "When a stream was last read in full",
        labels=labels, unit="seconds",
    )  # fmt: skip
    for source in sources:
        for stream in source.streams:
            at = [source.source, stream.stream]
            lag.add_metric(at, stream.lag_seconds)
            if stream.overlap_minutes is not None:
                overlap.add_metric(at, stream.overlap_minutes * 60)
            if stream.last_full_at is not None:
                full.add_metric(at, stream.last_full_at.timestamp())
    yield from (lag, overlap, full)


def _volumes(sources: list[SyncHealth]) -> Iterator[Metric]:
    rows = CounterMetricFamily("talentloop_sync_landed_rows", "Records landed", labels=["source"])
    use = GaugeMetricFamily(
        "talentloop_sync_rate_limit_use_ratio", "Share of the rate limit used while sending",
        labels=["source"], unit="ratio",
    )  # fmt: skip
    for source in sources:
        rows.add_metric([source.source], source.rows_total)
        if source.limit_use is not None:
            use.add_metric([source.source], source.limit_use)
    yield from (rows, use)


def _exchanges(settings: Settings) -> Iterator[Metric]:
    """Counters over all days on record, so that they only grow."""
    requests = CounterMetricFamily(
        "talentloop_sync_requests", "Exchanges with an outside system", labels=["source"]
    )
    errors = CounterMetricFamily(
        "talentloop_sync_errors", "Failed exchanges by class", labels=["source", "class"]
    )
    waited = CounterMetricFamily(
        "talentloop_sync_rate_limit_wait_seconds", "Time our own rate limit held requests back",
        labels=["source"], unit="seconds",
    )  # fmt: skip
    days = exchange_days(settings)
    for source in sorted({day.source for day in days}):
        mine = [day for day in days if day.source == source]
        requests.add_metric([source], sum(day.requests for day in mine))
        waited.add_metric([source], sum(day.waited_seconds for day in mine))
        for name in ERROR_CLASSES:
            errors.add_metric([source, name], sum(getattr(day, name) for day in mine))
    yield from (requests, errors, waited)


def _outbox(destinations: list[OutboxMeasures]) -> Iterator[Metric]:
    one = ["destination"]
    items = GaugeMetricFamily(
        "talentloop_outbox_items", "Items by state", labels=["destination", "state"]
    )
    oldest = GaugeMetricFamily(
        "talentloop_outbox_oldest_seconds", "Age of the oldest undelivered item", labels=one,
        unit="seconds",
    )  # fmt: skip
    due = GaugeMetricFamily(
        "talentloop_outbox_overdue_seconds", "How long the most overdue item has been due",
        labels=one, unit="seconds",
    )  # fmt: skip
    stopped = GaugeMetricFamily(
        "talentloop_outbox_stopped_items", "Items that stopped, by reason",
        labels=["destination", "reason"],
    )  # fmt: skip
    paused = GaugeMetricFamily("talentloop_outbox_paused", "1 where a person paused it", labels=one)
    latency = HistogramMetricFamily(
        "talentloop_outbox_latency_seconds", "From when an item might first be sent until it was",
        labels=one, unit="seconds",
    )  # fmt: skip
    for found in destinations:
        at = [found.destination]
        for state, n in found.states.items():
            items.add_metric([*at, state], n)
        for reason, n in found.stopped.items():
            stopped.add_metric([*at, reason], n)
        oldest.add_metric(at, found.oldest_seconds)
        due.add_metric(at, found.due_seconds)
        paused.add_metric(at, int(found.paused is not None))
        buckets = [(str(bound), float(found.within[bound])) for bound in LATENCY_BOUNDS]
        latency.add_metric(at, [*buckets, ("+Inf", float(found.sent))], found.latency_sum)
    yield from (items, oldest, due, stopped, paused, latency)
