"""The tenants misbehave; what arrives is what an undisturbed read brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import SourceConnector
from talentloop.errors import SourceError
from talentloop.settings import Settings
from tests.connectors.kingdee.conftest import (
    APPLICATIONS,
    K3CLOUD,
    NUMBER,
    Open,
    Switch,
    rows_of,
    small_pages,
)

START = datetime(2026, 11, 1, tzinfo=UTC)
FAULTS: list[dict[str, float]] = [
    {"throttle_every": 3, "reject_token_every": 4},
    {"error_every": 4, "truncate_every": 3, "wrong_type_every": 3},
    {"timeout_every": 5, "timeout_seconds": 1.2},
]


def read(system: str, source: SourceConnector) -> list[str]:
    """Numbers of the applications, in order, each as often as it came."""
    return sorted(row[NUMBER[system]] for row in rows_of(source, APPLICATIONS[system]))


@pytest.mark.parametrize("wanted", FAULTS, ids="+".join)
def test_nothing_is_lost_and_nothing_comes_twice(
    system: str, open_source: Open, faults: Switch, wanted: dict[str, float]
) -> None:
    undisturbed = read(system, open_source(system))
    faults(system, **wanted)
    source = open_source(system, timeout_seconds=1, **small_pages(system, 15))
    assert read(system, source) == undisturbed
    assert max(Counter(undisturbed).values()) == 1
    fired = faults(system)["fired"]
    for name in wanted.keys() - {"timeout_seconds"}:
        assert fired[name] >= 2, f"{name} did not happen"


def test_an_exception_in_words_is_tried_again(open_source: Open, faults: Switch) -> None:
    undisturbed = read(K3CLOUD, open_source(K3CLOUD))
    faults(K3CLOUD, exception_every=3)
    assert read(K3CLOUD, open_source(K3CLOUD, **small_pages(K3CLOUD, 20))) == undisturbed
    assert faults(K3CLOUD)["fired"]["exception_every"] >= 3


def test_a_page_that_never_arrives_whole_is_named(
    system: str, open_source: Open, faults: Switch
) -> None:
    faults(system, truncate_every=1)
    with pytest.raises(SourceError, match="damaged body") as caught:
        rows_of(open_source(system), APPLICATIONS[system])
    assert caught.value.where == f"{system} {APPLICATIONS[system]} page 1"
    assert faults(system)["fired"]["truncate_every"] == 6


def test_throttling_without_end_ends_the_read(
    system: str, open_source: Open, faults: Switch
) -> None:
    source = open_source(system, **small_pages(system, 5))
    faults(system, throttle_every=1)
    with pytest.raises(SourceError, match="429"):
        rows_of(source, APPLICATIONS[system])
    assert faults(system)["fired"]["throttle_every"] == 6


@pytest.mark.parametrize("skew", [-7200, 7200])
def test_changes_follow_the_tenants_clock_however_wrong_it_is(
    system: str, skew: float, open_source: Open, faults: Switch
) -> None:
    """What the tenant's own clock stamps is found from where its clock stood, not ours."""
    faults(system, clock_skew_seconds=skew)
    source = open_source(system)
    (page,) = source.read(APPLICATIONS[system], None)
    assert page.observed_at == START + timedelta(seconds=skew)
    known = len(rows_of(source, APPLICATIONS[system], page.observed_at))
    assert known < len(page.rows)


def test_our_own_limit_keeps_us_below_the_tenants(
    system: str, open_source: Open, faults: Switch
) -> None:
    faults(system, rate_limit=20, rate_seconds=0.5)
    polite = {"requests": 15, "seconds": 0.5, "shared": False}
    read(system, open_source(system, limit=polite, **small_pages(system, 10)))
    assert "rate_limit" not in faults(system)["fired"]


def test_a_tenant_that_is_down_is_tried_so_often_and_no_more(
    system: str, open_source: Open, settings: Settings, spoken: Callable[[], str]
) -> None:
    for name, text in (("id", "200001_" + "A" * 32), ("key", "s")):
        settings.secrets_dir.mkdir(parents=True, exist_ok=True)
        (settings.secrets_dir / name).write_text(text)
    keys = {"app_id": "file:id", "app_secret": "file:key"} if system == K3CLOUD else {}
    nobody = "http://127.0.0.1:9"  # the discard port: nothing listens there
    with pytest.raises(SourceError, match="did not answer") as caught:
        rows_of(open_source(system, base_url=nobody, **keys), APPLICATIONS[system])
    assert system in caught.value.where
    assert spoken().count("http_retry") == 5
