"""Which copy of the warehouse a report reads."""

from __future__ import annotations

from datetime import UTC, date, datetime

import duckdb
import pytest

from talentloop import warehouse
from talentloop.errors import PublishError
from talentloop.reports import end_of_day, run_report
from talentloop.settings import Settings


def _republish(settings: Settings, as_of: datetime, n: int) -> str:
    """Another build of the same company, observed later, with a mark to tell it by."""
    with duckdb.connect(str(settings.warehouse_file)) as db:
        db.execute("update marts.meta_build set as_of = ?, dbt_invocation_id = ?", [as_of, str(n)])
        db.execute("update marts.mart_source_quality set n_applications = ?", [n])
    return warehouse.publish(settings).version


@pytest.fixture
def two_versions(settings: Settings) -> Settings:
    from tests.portal.company import Company, write_build

    write_build(settings.warehouse_file, Company(applications=200))
    for day, n in ((1, 101), (3, 103)):
        _republish(settings, datetime(2026, 11, day, 16, tzinfo=UTC), n)
    return settings


def test_a_day_ends_in_the_business_time_zone(settings: Settings) -> None:
    assert end_of_day(settings, date(2026, 11, 3)).isoformat() == "2026-11-03T15:59:59.999999+00:00"


def test_from_the_observed_end_on_the_current_version_answers(two_versions: Settings) -> None:
    # 16:00 UTC on the 3rd is already the 4th in Shanghai.
    for as_of in (date(2026, 11, 4), datetime(2026, 11, 3, 16, tzinfo=UTC), None):
        found = run_report(two_versions, "source_quality", as_of=as_of)
        assert found.rows[0]["n_applications"] == 103
        assert found.meta.version == "v2026.11.03-1"


def test_an_instant_before_all_data_says_so(two_versions: Settings) -> None:
    told: list[str] = []
    with pytest.raises(PublishError, match="Nothing was known yet at 2026-11-03 15:59 UTC"):
        run_report(two_versions, "source_quality", as_of=date(2026, 11, 3), progress=told.append)
    assert told == []


def test_nothing_published_says_so(settings: Settings) -> None:
    for as_of in (None, date(2026, 11, 1)):
        with pytest.raises(PublishError, match="Nothing has been published"):
            run_report(settings, "source_quality", as_of=as_of)


def test_the_meta_says_where_the_rows_come_from(published: Settings) -> None:
    meta = run_report(published, "time_to_hire", {"month": "2026-09"}).meta
    assert meta.version == "v2026.11.01-1"
    assert meta.as_of == datetime(2026, 11, 1, tzinfo=UTC)
    assert meta.is_simulated
    assert meta.registry_version == "2026.11.1"
    assert meta.generated_at == published.clock.now()
    assert meta.parameters == {"month": date(2026, 9, 1), "department": None}
