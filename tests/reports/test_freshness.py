"""Freshness: a source is as fresh as the stream that was read longest ago."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from loop.status import loop_status
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.ops.cursors import set_cursor
from talentloop.reports.freshness import freshness_state, source_freshness
from talentloop.reports.options import ReportingOptions
from talentloop.settings import Settings

NOW = datetime(2026, 11, 2, tzinfo=UTC)


def _read(settings: Settings, source: str, stream: str, hours_ago: float) -> None:
    then = settings.model_copy(update={"now": NOW - timedelta(hours=hours_ago)})
    set_cursor(then, source, stream, NOW)


def test_the_stream_read_longest_ago_decides_by_the_limits_of_its_source(
    settings: Settings,
) -> None:
    """successfactors: late after 6 hours, stale after 30; every other source after 30 and 72."""
    _read(settings, "successfactors", "offer", 1)
    _read(settings, "successfactors", "candidate", 7)
    _read(settings, "files", "xes", 7)
    found = source_freshness(settings.model_copy(update={"now": NOW}))
    assert [(f.source, f.stream, f.age_hours, f.state) for f in found] == [
        ("files", "xes", 7.0, "fresh"),
        ("successfactors", "candidate", 7.0, "late"),
    ]
    told = loop_status(settings.model_copy(update={"now": NOW}))["freshness"]
    assert [(f["source"], f["state"]) for f in told] == [(f.source, f.state) for f in found]


@pytest.mark.parametrize(
    ("hours", "state"),
    [(0, "fresh"), (6, "fresh"), (6.1, "late"), (30, "late"), (30.1, "stale")],
)
def test_a_limit_itself_is_still_kept(hours: float, state: str) -> None:
    assert freshness_state(hours, 6, 30) == state


@pytest.mark.parametrize(
    "limits", ["{files: {late: 1, stale: 2}}", "{default: {late: 3, stale: 2}}"]
)
def test_limits_without_a_default_or_out_of_order_are_refused(
    settings: Settings, limits: str
) -> None:
    file = settings.home / "reporting.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        "time_zone: Asia/Shanghai\nstale_after_hours: 30\nstage_limits_days: {}\n"
        f"source_freshness_hours: {limits}\n"
    )
    with pytest.raises(ConfigError, match=r"reporting\.yml|source_freshness_hours"):
        load_model(file, ReportingOptions)
