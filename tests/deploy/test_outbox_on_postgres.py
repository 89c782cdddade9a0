"""The outbox on PostgreSQL, where workers truly run side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete

from connectors.outbox import deliver, enqueue, reconcile
from talentloop import ops
from talentloop.ops.models import OutboxRow, ReconcileRow
from talentloop.settings import Settings
from tests.connectors.outbox.tenant import CONFIG, NOW, Tenant, publish_scores, rows, states


@pytest.fixture
def deployed(postgres: str, tmp_path: Path) -> Iterator[Settings]:
    """An installation whose operations database is PostgreSQL, with one small destination."""
    folder = tmp_path / "config" / "destinations"
    folder.mkdir(parents=True)
    (folder / "hr.yml").write_text(CONFIG)
    made = Settings(
        home=tmp_path / "home", config=folder.parent, now=NOW,
        operations_url=postgres.format(role="talentloop"),
    )  # fmt: skip
    ops.migrate(made)
    yield made
    with ops.session(made) as db:
        db.execute(delete(OutboxRow))
        db.execute(delete(ReconcileRow))


def test_workers_and_queues_side_by_side_send_each_change_once(deployed: Settings) -> None:
    keys = [str(i) for i in range(30)]
    tenant = Tenant(keys)
    publish_scores(deployed, dict.fromkeys(keys, 85.0))
    with ThreadPoolExecutor(4) as pool:
        queued = list(pool.map(lambda _: enqueue(deployed, "hr").queued, range(4)))
        list(pool.map(lambda _: deliver(deployed, "hr", sink=tenant), range(4)))

    assert sum(queued) == len(rows(deployed)) == 60
    counted = Counter((operation, key) for operation, key, _ in tenant.writes)
    assert set(counted.values()) == {1}
    assert len(counted) == 60
    assert reconcile(deployed, "hr", sink=tenant).match == 60
    assert Counter(states(deployed)) == {"CONFIRMED": 60}
    assert enqueue(deployed, "hr").queued == 0
