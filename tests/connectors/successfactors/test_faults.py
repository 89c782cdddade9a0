"""The tenant misbehaves; what arrives is what an undisturbed read brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from connectors.successfactors import SuccessFactorsSource
from talentloop.errors import SourceError
from tests.connectors.quick import RETRY
from tests.connectors.successfactors.conftest import identity

Make = Callable[..., SuccessFactorsSource]
Switch = Callable[..., dict[str, Any]]
STREAM = "JobApplicationStatusAuditTrail"
MANY_PAGES = {
    "entity_sets": {
        STREAM: {
            "key": ["revNumber"],
            "cursor": "lastModifiedDateTime",
            "page_size": 60,
        }
    }
}


def _read(source: SuccessFactorsSource) -> list[Any]:
    return [row for page in source.read(STREAM, None) for row in page.rows]


@pytest.mark.parametrize(
    "wanted",
    [
        {"throttle_every": 3},
        {"error_every": 3},
        {"truncate_every": 3},
        {"wrong_type_every": 4},
        {"duplicate_rows": 1},
        {"timeout_every": 9, "timeout_seconds": 0.6},
        {"throttle_every": 5, "error_every": 4, "truncate_every": 3, "duplicate_rows": 1},
    ],
    ids="+".join,
)
def test_nothing_is_lost_and_nothing_comes_twice(
    make_source: Make, faults: Switch, wanted: dict[str, float]
) -> None:
    undisturbed = _read(make_source(**MANY_PAGES))
    faults(**wanted)
    disturbed = _read(make_source(**MANY_PAGES, timeout_seconds=0.3))
    assert disturbed == undisturbed
    assert max(Counter(row["revNumber"] for row in disturbed).values()) == 1
    fired = faults()["fired"]
    for name in wanted.keys() - {"timeout_seconds"}:
        assert fired[name] >= 2, f"{name} did not happen"


def test_a_page_that_never_arrives_whole_is_named(make_source: Make, faults: Switch) -> None:
    faults(truncate_every=1)
    with pytest.raises(SourceError, match="damaged body") as caught:
        _read(make_source(**MANY_PAGES))
    assert caught.value.where == f"successfactors {STREAM} page 1"
    assert faults()["fired"]["truncate_every"] == RETRY["attempts"]


def test_throttling_without_end_ends_the_read(make_source: Make, faults: Switch) -> None:
    """Every other request is throttled for a second: each page comes in the end, but the sum of
    the waiting is more than the source is given."""
    faults(throttle_every=2, retry_after_seconds=1)
    retry = {**RETRY, "deadline_seconds": 1.5}
    with pytest.raises(SourceError, match="429"):
        _read(make_source(**MANY_PAGES, retry=retry))
    assert 2 <= faults()["fired"]["throttle_every"] <= 3


def test_our_own_limit_keeps_us_below_the_tenants(make_source: Make, faults: Switch) -> None:
    faults(rate_limit=40)
    polite = make_source(**MANY_PAGES, limit={"requests": 30, "seconds": 1, "shared": False})
    expected = len(_read(polite))
    assert "rate_limit" not in faults()["fired"]
    assert expected > 1000


def test_rows_of_every_stream_survive_all_faults_together(
    make_source: Make, faults: Switch
) -> None:
    clean = make_source()
    undisturbed = {
        stream: sorted(
            identity(stream, row) for page in clean.read(stream, None) for row in page.rows
        )
        for stream in clean.streams()
    }
    faults(throttle_every=4, error_every=5, truncate_every=6, wrong_type_every=7, duplicate_rows=1)
    shaky = make_source()
    for stream, expected in undisturbed.items():
        rows = [row for page in shaky.read(stream, None) for row in page.rows]
        assert sorted(identity(stream, row) for row in rows) == expected
    fired = faults()["fired"]
    assert {"throttle_every", "error_every", "truncate_every"} <= set(fired)
