"""The operations database: migrations, cursors, quarantine, incidents, audit, step runs."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text

from talentloop import ops
from talentloop.errors import ConfigError, TalentLoopError
from talentloop.ops import audit, cursors, incidents, loads, quarantine, steps
from talentloop.ops.models import AuditRow, Base, Cursor
from talentloop.settings import Settings

AT = datetime(2026, 11, 1, tzinfo=UTC)


def item(value: str = "x") -> quarantine.QuarantineItem:
    return quarantine.QuarantineItem(
        "hr", "Offer", "offer", "7", "version", "wrong_type", "not a number", "Correct it",
        {"version": value},
    )  # fmt: skip


def test_migrations_make_exactly_the_tables_of_the_models(settings: Settings) -> None:
    with ops.engine(settings).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(settings: Settings) -> None:
    ops.migrate(settings)
    assert ops.is_reachable(settings)


def test_a_database_that_was_not_set_up_says_so(tmp_path: object) -> None:
    empty = Settings(home=tmp_path)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="talentloop init"):
        cursors.get_cursor(empty, "hr", "Offer")


def test_a_cursor_never_moves_back(settings: Settings) -> None:
    cursors.set_cursor(settings, "hr", "Offer", AT)
    cursors.set_cursor(settings, "hr", "Offer", AT - timedelta(days=1))
    found = cursors.get_cursor(settings, "hr", "Offer")
    assert found is not None
    assert found.watermark == AT
    assert cursors.observed_through(settings) == AT


def test_the_same_broken_record_is_kept_once_and_counted(settings: Settings) -> None:
    assert quarantine.add(settings, [item(), item()]) == 1
    assert quarantine.add(settings, [item(), item("y")]) == 1
    first, second = quarantine.listed(settings)
    assert (first.seen_count, second.seen_count) == (3, 1)


def test_a_correction_keeps_the_original_beside_it(settings: Settings) -> None:
    quarantine.add(settings, [item()])
    row = quarantine.listed(settings)[0]
    quarantine.correct(settings, row.id, {"version": "2"})
    corrected = quarantine.listed(settings)[0]
    assert (corrected.payload, corrected.corrected) == ({"version": "x"}, {"version": "2"})
    quarantine.settle(settings, row.id, "replayed")
    with pytest.raises(TalentLoopError, match="no open quarantined record"):
        quarantine.correct(settings, row.id, {"version": "3"})


def test_an_incident_that_stays_is_one_row_without_personal_values(settings: Settings) -> None:
    for _ in range(2):
        incidents.open_incident(
            settings, kind="task_failed", where="x.y", title="mail to li.lei@example.com failed",
            detail="phone 13800138000",
        )  # fmt: skip
    (row,) = incidents.open_incidents(settings)
    assert row.seen_count == 2
    assert "li.lei" not in row.title
    assert "13800138000" not in row.detail
    assert incidents.resolve_incident(settings, kind="task_failed", where="x.y", resolution="ok")
    assert not incidents.open_incidents(settings)


def test_the_audit_chain_shows_a_changed_and_a_missing_row(settings: Settings) -> None:
    for number in range(4):
        audit.record(settings, "lin", "approve", f"proposal:{number}", {"reason": "evidence"})
    assert audit.first_broken(settings) is None
    with ops.session(settings) as db:
        db.execute(text("update audit set actor = 'other' where seq = 3"))
    assert audit.first_broken(settings) == 3
    with ops.session(settings) as db:
        db.execute(text("delete from audit where seq = 2"))
    assert audit.first_broken(settings) == 2


def test_audit_rows_of_concurrent_writers_form_one_chain(settings: Settings) -> None:
    def write() -> None:
        for number in range(5):
            audit.record(settings, "a", "b", str(number), {})

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with ops.session(settings) as db:
        assert len(db.scalars(select(AuditRow)).all()) == 20
    assert audit.first_broken(settings) is None


def test_a_failed_step_is_recorded_with_its_error(settings: Settings) -> None:
    with pytest.raises(ValueError, match="broken"), steps.step(settings, "build") as counts:
        counts["models"] = 3
        raise ValueError("broken")
    (run,) = steps.step_runs(settings)
    assert (run.state, run.counts, run.error) == ("failed", {"models": 3}, "broken")


def test_a_load_landed_by_a_killed_task_is_adopted(settings: Settings) -> None:
    from talentloop.landing import LandedFile

    orphan = LandedFile("offer", "hr", "0" * 26, "offer/source=hr/load=x.parquet", 3, "")
    assert loads.adopt_orphans(settings, [orphan]) == [orphan]
    assert loads.adopt_orphans(settings, [orphan]) == []
    assert [load.check_state for load in loads.pending_loads(settings)] == ["pending"]


def test_times_come_back_as_utc(settings: Settings) -> None:
    cursors.set_cursor(settings, "hr", "Offer", AT)
    with ops.session(settings) as db:
        assert db.scalars(select(Cursor)).one().watermark.tzinfo is UTC
