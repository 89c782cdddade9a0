"""A delivery killed at any point and run again: nothing lost, nothing with effect twice."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from connectors.sandbox.company import CLOCK_START, Company
from connectors.sandbox.service import Service
from connectors.sandbox.successfactors import tenant as tenant_module
from connectors.successfactors.writer import SuccessFactorsSink
from talentloop.ops import session
from talentloop.ops.models import OutboxRow
from talentloop.settings import Settings
from tests.connectors.successfactors.conftest import OPTIONS
from tests.connectors.successfactors.exports import publish_exports, score_of
from tests.connectors.successfactors.killable import POINTS, work
from tests.processes import exit_of

APPLICATIONS = 8


@pytest.fixture
def effects(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, tuple[str, ...]]]:
    """How often each record was really changed at the tenant, by the fields written."""
    counted: Counter[tuple[str, tuple[str, ...]]] = Counter()
    original = tenant_module.Tenant.write

    def write(self: Any, table: Any, key: str, values: Mapping[str, Any], by: str) -> bool:
        counted[key, tuple(sorted(values))] += 1
        return original(self, table, key, values, by)

    monkeypatch.setattr(tenant_module.Tenant, "write", write)
    return counted


def test_killed_anywhere_and_run_again_it_ends_as_if_undisturbed(
    settings: Settings, company: Company, effects: Counter[tuple[str, tuple[str, ...]]],
    tenant: Service,
) -> None:  # fmt: skip
    table = company.visible("application", CLOCK_START)
    keys = table["source_id"][18 : 18 + APPLICATIONS].to_pylist()
    publish_exports(settings, keys)
    expected = 4 * len(keys) + sum(score_of(key) >= 80 for key in keys)

    for point in POINTS:
        count = 2 if "queueing" in point else 1
        assert exit_of(work, settings, point, count) == -signal.SIGKILL, point
    assert exit_of(work, settings) == 0

    with session(settings) as db:
        rows = db.scalars(select(OutboxRow)).all()
    assert Counter(row.state for row in rows) == {"CONFIRMED": expected}
    assert len({(row.operation, row.entity_key) for row in rows}) == expected
    assert len(effects) == expected
    assert set(effects.values()) == {1}  # no record was sent the same thing twice
    with SuccessFactorsSink(settings, "successfactors", OPTIONS) as sink:
        found = sink.read_back("interview_result", keys)
    assert {key: found[key]["cust_tlOverallScore"] for key in keys} == {
        key: score_of(key) for key in keys
    }
