"""A run lands what is new, keeps what is broken, and moves its cursor last."""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.ingest import batch, ingest
from connectors.ingest.load_ids import LoadIds
from talentloop import landing
from talentloop.clock import FixedClock
from talentloop.errors import ContractError, SourceError, TalentLoopError
from talentloop.landing import LandingZone
from talentloop.ops import quarantine
from talentloop.ops.cursors import get_cursor
from talentloop.ops.loads import mark_checked, pending_loads
from talentloop.settings import Settings

Landed = Callable[[], Counter[Any]]


def row(number: int | str, version: Any = 1, at: str = "2026-10-01T00:00:00Z") -> dict[str, Any]:
    return {"id": str(number), "app": f"A{number}", "status": "extended", "v": version, "at": at}


def numbers(result: Any) -> dict[str, int]:
    return {name: count for name, count in result.totals().items() if count and name != "waiting"}


def test_a_second_run_lands_only_what_changed(settings: Settings, script: Any) -> None:
    script.pages = [[row(1), row(2)], [row(3)]]
    first = ingest(settings, "s")
    assert numbers(first) == {"pulled": 3, "landed": 3}
    assert first.watermark == script.clock
    script.pages = [[row(2), row(3, version=2), row(4)]]
    assert numbers(ingest(settings, "s")) == {"pulled": 3, "landed": 2, "unchanged": 1}
    assert numbers(ingest(settings, "s")) == {"pulled": 3, "unchanged": 3}


def test_the_cursor_is_the_source_s_time_and_is_handed_back(
    settings: Settings, script: Any
) -> None:
    script.pages = [[row(1)]]
    ingest(settings, "s")
    then, script.clock = script.clock, script.clock + timedelta(days=1)
    ingest(settings, "s")
    ingest(settings, "s", full=True)
    assert script.asked == [None, then, None]
    cursor = get_cursor(settings, "s", "offers")
    assert cursor is not None
    assert (cursor.watermark, cursor.last_full_at) == (script.clock, script.clock)
    assert script.acknowledged == 3


def test_a_silent_source_leaves_the_cursor_alone(settings: Settings, script: Any) -> None:
    assert ingest(settings, "s").watermark is None
    assert get_cursor(settings, "s", "offers") is None


def test_bad_rows_go_to_quarantine_and_the_rest_goes_on(settings: Settings, script: Any) -> None:
    script.pages = [[row(1), {**row(2), "status": "gone", "v": 0}], ["nonsense", row(3)]]
    result = ingest(settings, "s")
    assert numbers(result) == {"pulled": 4, "landed": 2, "quarantined": 2}
    kept = quarantine.listed(settings)
    assert {(r.stream, r.entity, r.record_id, r.field, r.reason_code) for r in kept} == {
        ("offers", "offer", "2", "status_code", "not_one_of"),
        ("offers", "offer", "2", "version", "out_of_range"),
        ("offers", "offer", "row 1", "(row)", "unreadable_row"),
    }
    assert all(r.reason and r.remedy and r.location.startswith("offers page") for r in kept)
    ingest(settings, "s")  # the overlap brings them again
    assert [r.seen_count for r in quarantine.listed(settings)] == [2, 2, 2]


def test_a_record_that_comes_in_good_closes_its_entries(settings: Settings, script: Any) -> None:
    script.pages = [[row(1, version=0), row(2, version=0)]]
    ingest(settings, "s")
    script.pages = [[row(1, version=1), row(2, version=-1)]]
    ingest(settings, "s")
    assert {r.record_id for r in quarantine.listed(settings)} == {"2"}


def test_a_full_run_marks_what_is_gone_and_a_comeback_revives_it(
    settings: Settings, script: Any
) -> None:
    script.pages = [[row(1), row(2), row(3)]]
    ingest(settings, "s")
    script.clock += timedelta(days=1)
    script.pages = [[row(1), row(2, version=0)]]  # 2 is there, though broken; 3 is gone
    result = ingest(settings, "s", full=True)
    assert numbers(result) == {
        "pulled": 2, "landed": 1, "unchanged": 1, "quarantined": 1, "deleted": 1,
    }  # fmt: skip
    zone = LandingZone(settings)
    assert zone.live_ids("offer", "s") == {"1", "2"}
    stone = [r for r in zone.read("offer").to_pylist() if r["is_deleted"]]
    assert [(r["source_id"], r["source_updated_at"]) for r in stone] == [("3", script.clock)]
    assert stone[0]["application_id"] == "A3"
    assert "deleted" not in numbers(ingest(settings, "s", full=True))
    script.pages = [[row(1), row(2), row(3)]]
    ingest(settings, "s")
    assert zone.live_ids("offer", "s") == {"1", "2", "3"}


def test_absence_means_nothing_where_a_source_shows_only_part(
    settings: Settings, script: Any
) -> None:
    script.pages = [[row(1), row(2)]]
    ingest(settings, "s")
    script.pages, script.exhaustive = [[row(1)]], False
    assert "deleted" not in numbers(ingest(settings, "s", full=True))
    script.exhaustive = True
    # Who can say that a record whose key cannot be read is not record 2?
    script.pages = [[row(1), {**row(2), "id": None}]]
    assert "deleted" not in numbers(ingest(settings, "s", full=True))
    script.pages = [[row(1), "nonsense"]]
    assert "deleted" not in numbers(ingest(settings, "s", full=True))


def test_of_versions_in_several_pages_the_newest_lands_once(
    settings: Settings, script: Any, landed: Landed
) -> None:
    newer = row(1, version=2, at="2026-10-02T00:00:00Z")
    script.pages = [[newer], [row(1)], [newer]]
    assert numbers(ingest(settings, "s")) == {"pulled": 3, "landed": 1, "collapsed": 2}
    assert LandingZone(settings).read("offer")["version"].to_pylist() == [2]


def test_memory_is_bounded_by_writing_several_files(
    settings: Settings, script: Any, monkeypatch: pytest.MonkeyPatch, landed: Landed
) -> None:
    monkeypatch.setattr(batch, "ROWS_PER_FILE", 3)
    script.pages = [[row(n), row(n + 100)] for n in range(4)]
    assert numbers(ingest(settings, "s")) == {"pulled": 8, "landed": 8}
    files = LandingZone(settings).files("offer", "s")
    assert len(files) == 2
    assert [r.load_id for r in pending_loads(settings)] == [f.load_id for f in files]
    assert sum(landed().values()) == 8


def test_what_waits_for_its_checks_is_news_until_it_has_passed(
    settings: Settings, script: Any
) -> None:
    script.pages = [[row(1)]]
    assert ingest(settings, "s").news() == ["offer"]
    again = ingest(settings, "s")
    assert (again.totals()["landed"], again.totals()["waiting"]) == (0, 1)
    assert again.news() == ["offer"]
    load = pending_loads(settings)[0]
    mark_checked(settings, load.load_id, "offer", "passed")
    assert ingest(settings, "s").news() == []


def test_an_error_half_way_loses_nothing(settings: Settings, script: Any, landed: Landed) -> None:
    script.pages, script.error_after = [[row(1)], [row(2)]], 1
    with pytest.raises(ConnectionError):
        ingest(settings, "s")
    assert get_cursor(settings, "s", "offers") is None
    assert script.acknowledged == 0
    script.error_after = None
    ingest(settings, "s")
    assert sum(landed().values()) == 2


def test_a_full_disk_is_one_clear_error_and_the_next_run_recovers(
    settings: Settings, script: Any, monkeypatch: pytest.MonkeyPatch, landed: Landed
) -> None:
    script.pages = [[row(1)]]

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(landing, "replace_durably", full)
        with pytest.raises(TalentLoopError, match=r"No space left.*Check free space"):
            ingest(settings, "s")
    assert get_cursor(settings, "s", "offers") is None
    ingest(settings, "s")
    assert sum(landed().values()) == 1


def test_a_column_gone_from_the_source_fails_the_run(settings: Settings, script: Any) -> None:
    rows: list[Mapping[str, Any]] = [{**row(n)} for n in range(12)]
    script.pages = [[{k: v for k, v in r.items() if k != "app"} for r in rows]]
    with pytest.raises(ContractError, match=r"'app'.*none of 12 rows.*offers page 0"):
        ingest(settings, "s")
    assert get_cursor(settings, "s", "offers") is None


def test_two_runs_of_one_source_do_not_meet(settings: Settings, script: Any) -> None:
    class Meddler(list[Any]):
        def __iter__(self) -> Any:
            with pytest.raises(SourceError, match="Another run of s is under way"):
                ingest(settings, "s")
            return super().__iter__()

    script.pages = Meddler([[row(1)]])
    assert numbers(ingest(settings, "s")) == {"pulled": 1, "landed": 1}


def test_progress_is_told_for_each_page(settings: Settings, script: Any) -> None:
    script.pages = [[row(1), row(2)], [row(3)]]
    told: list[str] = []
    ingest(settings, "s", progress=told.append)
    assert told == ["s offers: page 1, 2 rows", "s offers: page 2, 3 rows"]


def test_load_ids_grow_even_when_the_clock_stands_or_is_set_back() -> None:
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    ids = LoadIds(clock, ["01ZZZZZZZZZZZZZZZZZZZZZZZZ-2", "01A"])
    given = [ids.next() for _ in range(100)]
    assert given == sorted(set(given))
    assert given[0] == "02" + "0" * 24
    assert all(len(load_id) == 26 for load_id in given)
