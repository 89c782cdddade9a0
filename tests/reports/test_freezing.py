"""Frozen months: figures stay as they stood, and each later change is logged once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import duckdb
import pytest
from sqlalchemy import select

from talentloop import ops, warehouse
from talentloop.errors import ConfigError
from talentloop.ops.models import FrozenFigure
from talentloop.reports import run_report
from talentloop.reports.freezing import FIGURES, freeze, note_restatements, restatements
from talentloop.settings import Settings
from tests.portal.company import Company, write_build

OCTOBER = date(2026, 10, 1)


def _republish(settings: Settings, day: int, change: str = "") -> str:
    """A build observed on a day of November, with a change to the monthly figures."""
    with duckdb.connect(str(settings.warehouse_file)) as db:
        as_of = datetime(2026, 11, day, 2, tzinfo=UTC)
        db.execute(
            "update marts.meta_build set as_of = ?, dbt_invocation_id = ?", [as_of, str(day)]
        )
        if change:
            where = "where month_on = date '2026-10-01' and top_org_unit_key is null"
            db.execute(f"update marts.mart_monthly_hiring_efficiency set {change} {where}")
    return warehouse.publish(settings).version


@pytest.fixture
def frozen(settings: Settings) -> Settings:
    """October, frozen from the first copy that covers its end."""
    write_build(settings.warehouse_file, Company(applications=200))
    _republish(settings, 1, "n_accepted = 30, time_to_hire_median_days = 20.5")
    assert freeze(settings)[0] == OCTOBER
    return settings


def test_a_month_is_frozen_once_with_every_figure_of_every_unit(frozen: Settings) -> None:
    with ops.session(frozen) as db:
        rows = db.scalars(select(FrozenFigure)).all()
    scopes = {row.scope for row in rows}
    assert "" in scopes
    assert len(scopes) > 1
    assert len(rows) == len(scopes) * len(FIGURES)
    (hires,) = [r for r in rows if (r.metric, r.scope) == ("accepted_offers", "")]
    assert (hires.value, hires.period_on) == (30, "2026-10-01")
    assert freeze(frozen, date(2026, 10, 17)) == (OCTOBER, 0)


def test_a_change_is_logged_once_and_a_second_one_from_where_the_first_led(
    frozen: Settings,
) -> None:
    assert note_restatements(frozen) == 0
    second = _republish(frozen, 3, "n_accepted = 31")
    # The count itself, and the n beside the median that did not move.
    assert [note_restatements(frozen), note_restatements(frozen)] == [2, 0]
    _republish(frozen, 4, "n_accepted = 30")
    assert note_restatements(frozen) == 2
    back, first = restatements(frozen, metric="accepted_offers")
    assert (first.value_before, first.value_after, first.published_version) == (30, 31, second)
    assert (back.value_before, back.value_after) == (31, 30)
    waits = restatements(frozen, metric="time_to_hire")
    assert [(r.value_before, r.value_after, r.n_before, r.n_after) for r in waits] == [
        (20.5, 20.5, 31, 30), (20.5, 20.5, 30, 31),
    ]  # fmt: skip
    assert restatements(frozen, since=datetime(2027, 1, 1, tzinfo=UTC)) == []


def test_the_report_lists_them_newest_first(frozen: Settings) -> None:
    _republish(frozen, 3, "offer_acceptance_rate = null")
    note_restatements(frozen)
    (row,) = run_report(frozen, "restatements", {"metric": "offer_acceptance_rate"}).rows
    assert (row["period_on"], row["scope"], row["value_after"]) == (OCTOBER, "", None)
    assert row["value_before"] is not None


def test_a_month_that_has_not_ended_in_the_data_cannot_be_frozen(frozen: Settings) -> None:
    with pytest.raises(ConfigError, match="2026-11 has not ended"):
        freeze(frozen, date(2026, 11, 30))
