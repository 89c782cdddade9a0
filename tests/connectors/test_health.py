"""How synchronisation goes, as people and monitoring see it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from sqlalchemy import update

from connectors.health import sync_health
from connectors.openmetrics import openmetrics
from connectors.outbox import deliver, enqueue_one, pause
from talentloop.ops import session
from talentloop.ops.cursors import set_cursor
from talentloop.ops.exchanges import Exchanges, add_exchanges
from talentloop.ops.models import OutboxRow
from talentloop.settings import Settings
from tests.connectors.outbox.tenant import CONFIG, Tenant

SOURCE = "connector: successfactors\nbase_url: sandbox\noverlap_minutes: 25\n"


@pytest.fixture
def lived(settings: Settings, tmp_path: Path) -> Settings:
    """A source read two hours ago with some errors, and a destination with a backlog."""
    config = tmp_path / "config"
    for folder, name, text in (("sources", "hr", SOURCE), ("destinations", "hr", CONFIG)):
        (config / folder).mkdir(parents=True)
        (config / folder / f"{name}.yml").write_text(text)
    made = settings.model_copy(update={"config": config})
    now = made.clock.now()
    # The source's clock is weeks behind ours: that is no lag.
    there = now - timedelta(days=25)
    for stream, hours, full in (("JobApplication", 2, True), ("Candidate", 1, False)):
        then = made.model_copy(update={"now": now - timedelta(hours=hours)})
        set_cursor(then, "hr", stream, there, full=full)
    counts = Exchanges(requests=90, retry_after=2, auth=1, waited_seconds=3.5, busy_seconds=10)
    add_exchanges(made, "hr", counts, limit=(10, 1))
    yesterday = made.model_copy(update={"now": now - timedelta(days=1)})
    add_exchanges(yesterday, "hr", Exchanges(requests=10, transient=1), limit=(10, 1))
    enqueue_one(made, "hr", "message", "1", {"text": "secret"})
    deliver(made, "hr", sink=Tenant())
    enqueue_one(made, "hr", "message", "2", {"text": "secret"})
    pause(made, "hr", by="li.lei", reason="secret")
    return made


def test_each_system_tells_lag_overlap_volume_limit_and_errors(lived: Settings) -> None:
    (found,) = sync_health(lived)
    assert [(s.stream, s.lag_seconds, s.overlap_minutes) for s in found.streams] == [
        ("JobApplication", 7200.0, 25), ("Candidate", 3600.0, 25),
    ]  # fmt: skip
    assert found.lag_seconds == 7200.0
    assert found.last_full_at is None  # one of its streams never was
    assert (found.requests, found.errors) == (100, {"retry_after": 2, "transient": 1, "auth": 1})
    assert (found.limit, found.limit_use) == ((10, 1), 1.0)


def test_what_happened_long_ago_no_longer_counts(lived: Settings) -> None:
    later = lived.model_copy(update={"now": lived.clock.now() + timedelta(days=7)})
    assert (sync_health(later)[0].requests, sync_health(later)[0].errors) == (0, {})


def test_monitoring_reads_it_as_openmetrics(lived: Settings) -> None:
    text = openmetrics(lived)
    families = {f.name: f for f in text_string_to_metric_families(text)}
    samples = {
        (s.name, *sorted(s.labels.items())): s.value for f in families.values() for s in f.samples
    }
    assert (
        samples[("talentloop_sync_lag_seconds", ("source", "hr"), ("stream", "Candidate"))] == 3600
    )
    assert samples[("talentloop_sync_requests_total", ("source", "hr"))] == 100
    assert samples[("talentloop_sync_errors_total", ("class", "auth"), ("source", "hr"))] == 1
    assert samples[("talentloop_outbox_items", ("destination", "hr"), ("state", "PENDING"))] == 1
    assert samples[("talentloop_outbox_paused", ("destination", "hr"))] == 1
    assert samples[("talentloop_outbox_latency_seconds_count", ("destination", "hr"))] == 1
    assert families["talentloop_outbox_latency_seconds"].type == "histogram"
    assert families["talentloop_sync_errors"].type == "counter"


def test_and_finds_nobody_in_it(lived: Settings) -> None:
    with session(lived) as db:
        db.execute(update(OutboxRow).values(last_error="secret", entity_key="secret"))
    text = openmetrics(lived)
    for hidden in ("secret", "li.lei"):
        assert hidden not in text


def test_an_empty_installation_has_metrics_too(settings: Settings) -> None:
    assert {f.name for f in text_string_to_metric_families(openmetrics(settings))} >= {
        "talentloop_sync_lag_seconds", "talentloop_incidents_open",
    }  # fmt: skip
