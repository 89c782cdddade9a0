"""A migration proves that what the source answered is what lies here, and says what does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from connectors.ingest import batch
from connectors.migration import migrate
from talentloop.errors import CheckFailedError
from talentloop.landing import LandingZone
from talentloop.settings import Settings

MAPPING: dict[str, Any] = {
    "streams": {
        "offers": {
            "records": [
                {
                    "entity": "offer", "key": "id", "updated_at": "at",
                    "fields": {
                        "application_id": "app", "status_code": "status", "base_salary": "pay",
                        "version": "v",
                    },
                }
            ]
        }
    }
}  # fmt: skip


def row(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number, "app": f"a{number}", "status": "extended", "at": "2026-10-01T00:00:00Z",
        "pay": 1000 + number, "v": 1, **changes,
    }  # fmt: skip


@pytest.fixture
def old(script: Any, configure: Callable[..., Path]) -> Any:
    """An old system with two pages, a record of which there are two versions among them."""
    configure(connector="scripted", rules=MAPPING, description="old")
    script.pages = [
        [row(n) for n in range(6)],
        [row(5, v=2, at="2026-10-02T00:00:00Z"), *(row(n) for n in range(6, 9))],
    ]
    return script


def test_a_whole_load_is_complete_and_its_books_agree(settings: Settings, old: Any) -> None:
    found = migrate(settings, "s")
    (offer,) = found.entities
    assert found.is_complete
    assert (offer.answered, offer.landed, offer.rejected, offer.missing) == (9, 9, 0, [])
    assert offer.checksums[0] == offer.checksums[1]
    assert offer.sums["version"] == ("9 / 10.00", "9 / 10.00")
    assert found.streams == {"offers": {"pages": 2, "rows": 10}}
    assert offer.warehouse == "not built"


def test_it_may_be_repeated_and_counts_what_has_landed_before(settings: Settings, old: Any) -> None:
    migrate(settings, "s")
    old.pages[1][1] = row(6, v=7, at="2026-10-03T00:00:00Z")
    again = migrate(settings, "s")
    assert again.is_complete
    assert again.entities[0].landed == 9


def test_rejected_rows_are_told_with_their_reason_and_make_it_incomplete(
    settings: Settings, old: Any
) -> None:
    old.pages.append([row(20, status="perhaps"), row(21, status="perhaps"), row(22, app=None)])
    found = migrate(settings, "s")
    assert not found.is_complete
    assert (found.entities[0].answered, found.entities[0].rejected) == (12, 3)
    told = [(r["field"], r["rows"]) for r in found.rejects]
    assert told == [("status_code", 2), ("application_id", 1)]
    assert all(r["reason"] and r["remedy"] and r["first"] for r in found.rejects)


def test_a_record_that_is_lost_or_altered_on_the_way_is_found(
    settings: Settings, old: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = batch.Lander.land

    def careless(self: Any, entity: str, rows: Any, raw: Any, *, is_full: bool) -> bool:
        return real(self, entity, rows.slice(1), raw, is_full=is_full)

    monkeypatch.setattr(batch.Lander, "land", careless)
    (offer,) = migrate(settings, "s").entities
    assert (offer.is_complete, offer.missing, offer.landed) == (False, ["0"], 8)
    assert offer.checksums[0] != offer.checksums[1]
    assert "version" in offer.unequal_sums


def test_what_the_old_system_no_longer_has_is_marked_as_deleted(
    settings: Settings, old: Any
) -> None:
    migrate(settings, "s")
    old.pages = [[row(n) for n in range(3)]]
    (offer,) = migrate(settings, "s").entities
    assert (offer.is_complete, offer.answered, offer.landed, offer.surplus) == (True, 3, 3, 0)
    assert LandingZone(settings).read("offer").num_rows > 9


def test_the_report_shows_no_pay_and_no_person(settings: Settings, old: Any) -> None:
    found = migrate(settings, "s")
    page, data = found.html.read_text(encoding="utf-8"), json.loads(found.json.read_text())
    assert data == found.as_dict() | json.loads(json.dumps(found.as_dict()))
    assert "Complete and accurate" in page
    for text in (page, found.json.read_text()):
        assert "1005" not in text  # what somebody is offered
        assert "9,036" not in text  # what all are offered together
    assert found.entities[0].sums["base_salary"] == ("•••", "•••")
    assert found.html.stat().st_mode & 0o077 == 0


def test_the_exit_status_says_whether_it_is_complete(
    settings: Settings, old: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.migration.get_settings", lambda: settings)
    done = CliRunner().invoke(app, ["migrate", "s", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["is_complete"]
    old.pages.append([row(20, status="perhaps")])
    failed = CliRunner().invoke(app, ["migrate", "s"])
    assert failed.exit_code == CheckFailedError.exit_code
    assert "not complete" in failed.output
