"""`talentloop report`, as a person and as a program read it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from cli.main import app
from talentloop.settings import Settings, get_settings
from tests.reports.conftest import Publish

TIME_TO_HIRE = """
select date '2026-10-01' as hired_month_on, null::varchar as top_org_unit_key, 28 as n,
    19.5123::double as p25_days, 25.28675::double as median_days, 27.9::double as p75_days, 31.54::double as p90_days,
    25.0::double as mean_days, timestamptz '2026-11-01 00:00:00+00' as observed_through_at,
    'mature' as state_code
"""
UNITS = "select '' as org_unit_key, '' as org_unit_id, '' as name, '' as name_en where false"


@pytest.fixture
def home(publish_rows: Publish, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    settings = publish_rows({"mart_time_to_hire": TIME_TO_HIRE, "dim_org_unit": UNITS})
    monkeypatch.setenv("TALENTLOOP_HOME", str(settings.home))
    monkeypatch.setenv("TALENTLOOP_NOW", "2026-11-02T00:00:00Z")
    get_settings.cache_clear()
    yield settings
    get_settings.cache_clear()


def shown(*options: str) -> str:
    done = CliRunner().invoke(app, ["report", "time_to_hire", *options])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_table_is_rounded_for_people_and_exact_for_programs(home: Settings) -> None:
    _, line = shown().splitlines()
    assert [cell for cell in line.split() if "." in cell] == [
        "19.5",
        "25.3",
        "27.9",
        "31.5",
        "25.0",
    ]
    (row,) = json.loads(shown("--format", "json"))
    assert row["median_days"] == 25.28675
    assert "25.28675" in shown("--format", "csv")
