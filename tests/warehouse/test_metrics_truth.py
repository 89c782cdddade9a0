"""Cost, workload, offers and sources against what the simulated company knows, counted anew."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from connectors.sandbox.company import CLOCK_START
from connectors.sandbox.company.truth_frames import Frames, frames_at
from tests.warehouse.landed import Warehouse, rows_of

COMPANY = "top_org_unit_key is null"


@pytest.fixture(scope="module")
def frames(warehouse: Warehouse) -> Frames:
    """What the HR system shows at the clock's start."""
    return frames_at(warehouse.company, CLOCK_START)


def test_costs_come_to_what_was_planted_in_yuan_without_tax(warehouse: Warehouse) -> None:
    planted = warehouse.company.planted["costs_cny"]
    found = {
        (worker, nature): float(amount)
        for worker, nature, amount in rows_of(
            warehouse.first,
            "select worker_type_code, nature_code, sum(cost_amount) from intermediate.int_cost__place"
            " group by all",
        )
    }
    # Amounts are booked to the fen, some of them in dollars.
    assert found["employee", "external"] == pytest.approx(planted["external"], abs=2)
    assert found["employee", "internal"] == pytest.approx(planted["internal"], abs=2)
    assert found["contractor", "external"] == pytest.approx(planted["contractor"], abs=2)
    ((months,),) = rows_of(
        warehouse.first,
        f"select sum(standard_cost) from marts.mart_cost where window_months = 1 and {COMPANY}",
    )
    on_the_list = planted["external"] + planted["internal"] - planted["by_type"]["interviewer_time"]
    assert months == pytest.approx(on_the_list, abs=3)


def test_offers_are_answered_as_the_company_answered_them(
    warehouse: Warehouse, frames: Frames
) -> None:
    offers = frames.offers.join(frames.counted[["month"]], how="inner")
    offers = offers[offers["first_extended_at"].notna()]
    accepted = offers["accepted_at"].notna()
    status = offers["status_code"]
    ((n, n_accepted, n_declined, n_rescinded, n_reneged),) = rows_of(
        warehouse.first,
        "select sum(n_extended), sum(n_accepted), sum(n_declined), sum(n_rescinded), sum(n_reneged)"
        f" from marts.mart_offer where {COMPANY}",
    )
    assert n == len(offers) > 50
    assert n_accepted == (accepted & status.isin(["accepted", "reneged"])).sum()
    assert n_declined == (status == "declined").sum()
    assert n_rescinded == (status == "rescinded").sum() > 0
    assert n_reneged == (status == "reneged").sum()


def test_a_recruiters_week_ends_with_the_applications_still_open(
    warehouse: Warehouse, frames: Frames
) -> None:
    ((week, n_active),) = rows_of(
        warehouse.first,
        "select week_on, sum(n_applications_active) from marts.mart_recruiter_workload"
        " where week_on = (select max(week_on) from marts.mart_recruiter_workload) group by 1",
    )
    end = pd.Timestamp(datetime(week.year, week.month, week.day, tzinfo=UTC)) + pd.Timedelta(
        days=6, hours=16
    )
    ended = rows_of(
        warehouse.first, "select application_id, resolved_at from marts.fct_application"
    )
    resolved = pd.Series(dict(ended))
    counted = frames.counted
    came = counted["applied_at"] < end
    gone = pd.to_datetime(resolved.reindex(counted.index), utc=True) < end
    assert n_active == (came & ~gone).sum() > 0


def test_both_attributions_share_out_every_application_and_hire(
    warehouse: Warehouse, frames: Frames
) -> None:
    for _, n, n_hires in rows_of(
        warehouse.first,
        "select attribution_code, sum(n_applications), sum(n_hires)"
        " from marts.mart_source_attribution group by 1",
    ):
        assert (n, n_hires) == (len(frames.counted), frames.counted["is_hire"].sum())


def test_the_first_channel_stands_whatever_is_written_over_it(warehouse: Warehouse) -> None:
    query = (
        "select application_key, first_channel_code from intermediate.int_application__attribute"
    )
    before, after = dict(rows_of(warehouse.first, query)), dict(rows_of(warehouse.changed, query))
    kept = before.keys() & after.keys()
    assert len(kept) > 150
    assert {key for key in kept if before[key] != after[key]} == set()


def test_working_days_never_exceed_the_days_that_passed(warehouse: Warehouse) -> None:
    ((n, longest, without),) = rows_of(
        warehouse.first,
        "select count(*), max(business_days - days), count(*) filter (business_days is null)"
        " from intermediate.int_duration__measure",
    )
    assert n > 500
    assert longest <= 1e-6
    assert without == 0
