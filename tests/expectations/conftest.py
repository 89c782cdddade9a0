"""Fixtures that land batches as an ingest would."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pyarrow as pa
import pytest

from expectations import SuiteRun
from talentloop.contracts import ENTITIES
from talentloop.landing import LandedFile, LandingZone
from talentloop.ops.cursors import set_cursor
from talentloop.ops.loads import record_load
from talentloop.settings import Settings
from tests.expectations.batches import OBSERVED, SOURCE, Change, Judge, Land, batch


@pytest.fixture
def land(settings: Settings) -> Land:
    """Lands a batch as an ingest would: file, record of the load, cursor of the source."""
    zone = LandingZone(settings)
    zone.prepare()
    numbers = itertools.count()

    def _land(
        entity: str,
        n: int = 3,
        changes: Mapping[int, Change] | None = None,
        *,
        source: str = SOURCE,
        rows: pa.Table | None = None,
    ) -> LandedFile:
        table = batch(entity, n, changes) if rows is None else rows
        if source != SOURCE:
            column = pa.array([source] * table.num_rows)
            table = table.set_column(table.column_names.index("source"), "source", column)
        load_id = f"01J{next(numbers):023d}"  # the clock stands still; loads must not
        file = zone.write(entity, source, table, load_id=load_id, ingested_at=OBSERVED)
        assert file is not None
        record_load(settings, file)
        set_cursor(settings, source, entity, OBSERVED)
        return file

    return _land


@pytest.fixture
def land_all(land: Land) -> dict[str, LandedFile]:
    """A valid batch of every entity."""
    return {entity: land(entity) for entity in ENTITIES}


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Runs the suite of an entity on rows, without landing them."""
    from expectations.frames import to_frame
    from expectations.gate import Gate
    from expectations.policy import load_policy
    from expectations.rules import Batch
    from expectations.suites import entity_suite

    made = Settings(home=tmp_path_factory.mktemp("judge"), now=OBSERVED)
    gate = Gate(made, run_id="judge", run_at=OBSERVED)
    policy = load_policy(made)
    numbers = itertools.count()

    def _judge(entity: str, n: int = 3, changes: Mapping[int, Change] | None = None) -> SuiteRun:
        load_id = f"L{next(numbers)}"
        rows = batch(entity, n, changes)
        for name, value in (("load_id", load_id), ("ingested_at", OBSERVED), ("payload_hash", "0")):
            rows = rows.append_column(name, pa.array([value] * n))
        judged = Batch(n, SOURCE, load_id, OBSERVED, policy)
        frame = to_frame(rows, ENTITIES[entity])
        suite = entity_suite(entity, judged)
        return gate.validate(suite, frame, entity=entity, source=SOURCE, load_id=load_id)

    return _judge
