"""Which published version a report reads."""

from __future__ import annotations

from datetime import UTC, date, datetime

import duckdb
import pytest

from talentloop import warehouse
from talentloop.errors import PublishError
from talentloop.reports import run_report, version_as_of
from talentloop.settings import Settings
from talentloop.warehouse.read import forget_cached


def _republish(settings: Settings, as_of: datetime, n: int) -> str:
    """Another build of the same company, observed later, with a mark to tell it by."""
    with duckdb.connect(str(settings.warehouse_file)) as db:
        db.execute("update marts.meta_build set as_of = ?, dbt_invocation_id = ?", [as_of, str(n)])
        db.execute("update marts.mart_source_quality set n_applications = ?", [n])
    return warehouse.publish(settings).version


@pytest.fixture
def three_versions(settings: Settings) -> Settings:
    from tests.portal.company import Company, write_build

    write_build(settings.warehouse_file, Company(applications=200))
    for day, n in ((1, 101), (3, 103), (5, 105)):
        _republish(settings, datetime(2026, 11, day, 16, tzinfo=UTC), n)
    return settings


def test_as_of_reads_the_newest_version_that_reaches_at_most_to_that_day(
    three_versions: Settings,
) -> None:
    # 16:00 UTC on the 3rd is already the 4th in Shanghai.
    def seen(day: int) -> object:
        forget_cached(three_versions)  # each day as a process of its own, like the command line
        found = run_report(three_versions, "source_quality", as_of=date(2026, 11, day))
        return found.rows[0]["n_applications"]

    assert [seen(day) for day in (2, 3, 4, 5, 6, 30)] == [101, 101, 103, 103, 105, 105]
    assert run_report(three_versions, "source_quality").rows[0]["n_applications"] == 105


def test_a_day_before_every_version_names_those_there_are(three_versions: Settings) -> None:
    with pytest.raises(PublishError, match=r"2026-11-06 \(v2026.11.05-1\).*2026-11-02") as caught:
        version_as_of(three_versions, date(2026, 10, 1))
    assert "2026-10-01" in caught.value.what


def test_nothing_published_says_so(settings: Settings) -> None:
    with pytest.raises(PublishError, match="Nothing has been published"):
        run_report(settings, "source_quality")
    with pytest.raises(PublishError, match="talentloop publish"):
        version_as_of(settings, date(2026, 11, 1))


def test_the_meta_says_where_the_rows_come_from(published: Settings) -> None:
    meta = run_report(published, "time_to_hire", {"month": "2026-09"}).meta
    assert meta.version == "v2026.11.01-1"
    assert meta.as_of == datetime(2026, 11, 1, tzinfo=UTC)
    assert meta.is_simulated
    assert meta.registry_version == "2026.11"
    assert meta.generated_at == published.clock.now()
    assert meta.parameters == {"month": date(2026, 9, 1), "department": None}
