"""Personal data about interviews goes once it has served, and not a day before."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from talentloop.errors import ConfigError
from talentloop.ops import session
from talentloop.ops.callbacks import store_event, waiting_events
from talentloop.ops.models import (
    AuditRow,
    Base,
    Booking,
    BookingCell,
    CalendarEntry,
    CallbackEvent,
    InterviewPlan,
)
from talentloop.ops.retention import Outlived, delete_outlived, load_rules
from talentloop.settings import Settings

DAY = timedelta(days=1)


def days_ago(settings: Settings, days: float) -> datetime:
    return settings.clock.now() - days * DAY


def add(settings: Settings, *rows: Base) -> None:
    with session(settings) as db:
        db.add_all(rows)


def plan(key: str, updated_at: datetime) -> InterviewPlan:
    return InterviewPlan(
        interview_key=key, request={"candidate": "张三"}, slots={}, updated_at=updated_at
    )


def booking(key: str, ends_at: datetime, *, version: int = 1, told: int = 1) -> Booking:
    return Booking(
        interview_key=key, version=version, told_version=told, state="booked", slot_code="a",
        starts_at=ends_at - timedelta(hours=1), ends_at=ends_at, panel={"seats": ["E1"]},
        request={"candidate": "张三"}, decided_by="hr", decided_at=ends_at - 9 * DAY,
    )  # fmt: skip


def entry(uid: str, updated_at: datetime, ends_at: datetime) -> CalendarEntry:
    content = {"meeting": {"ends_at": ends_at.isoformat()}, "cancelled": False}
    return CalendarEntry(uid=uid, sequence=0, content=content, updated_at=updated_at)


def left(settings: Settings, model: type[Base], column: str) -> list[str]:
    with session(settings) as db:
        return sorted(db.scalars(select(getattr(model, column))))


def test_an_interview_is_forgotten_after_its_days_with_its_plan_and_its_time(
    settings: Settings,
) -> None:
    rules = load_rules(settings)
    add(
        settings,
        plan("long-ago", days_ago(settings, 300)),
        booking("long-ago", days_ago(settings, rules.booking + 0.1)),
        BookingCell(participant="E1", cell=1, interview_key="long-ago"),
        plan("recent", days_ago(settings, 300)),
        booking("recent", days_ago(settings, rules.interview_plan - 0.1)),
        BookingCell(participant="E1", cell=2, interview_key="recent"),
        plan("never-booked", days_ago(settings, rules.interview_plan + 0.1)),
        plan("asked-lately", days_ago(settings, 1)),
    )
    assert delete_outlived(settings) == Outlived(interview_plan=2, booking=1)
    assert left(settings, InterviewPlan, "interview_key") == ["asked-lately", "recent"]
    assert left(settings, Booking, "interview_key") == ["recent"]
    assert left(settings, BookingCell, "interview_key") == ["recent"]


def test_a_plan_lives_no_longer_than_the_rule_though_its_booking_does(settings: Settings) -> None:
    add(
        settings,
        plan("held", days_ago(settings, 300)),
        booking("held", days_ago(settings, load_rules(settings).interview_plan + 0.1)),
    )
    assert delete_outlived(settings) == Outlived(interview_plan=1)
    assert left(settings, Booking, "interview_key") == ["held"]


def test_what_people_were_not_told_yet_stays(settings: Settings) -> None:
    add(settings, booking("moved", days_ago(settings, 900), version=2, told=1))
    assert delete_outlived(settings) == Outlived()


def test_a_calendar_entry_goes_after_the_appointment_and_not_after_it_was_written(
    settings: Settings,
) -> None:
    old, soon = days_ago(settings, 400), days_ago(settings, -3)
    add(settings, entry("past", old, days_ago(settings, 91)), entry("to-come", old, soon))
    add(settings, entry("changed", days_ago(settings, 1), days_ago(settings, 91)))
    assert delete_outlived(settings) == Outlived(calendar_entry=1)
    assert left(settings, CalendarEntry, "uid") == ["changed", "to-come"]


def test_an_event_that_nobody_acted_on_loses_its_content(settings: Settings) -> None:
    store_event(settings, "hr", "STAFF_ADD", "张三".encode(), "e1")
    later = settings.model_copy(update={"now": settings.clock.now() + 31 * DAY})
    store_event(later, "hr", "STAFF_ADD", "李四".encode(), "e2")
    assert delete_outlived(later) == Outlived(callback_event=1)
    assert [event.event_id for event in waiting_events(later, "hr")] == ["e2"]
    with session(later) as db:
        gone = db.get_one(CallbackEvent, ("hr", "e1"))
    assert (gone.body, gone.state) == ("", "ignored")


def reply(settings: Settings, name: str, at: datetime) -> None:
    settings.llm_replies_dir.mkdir(parents=True, exist_ok=True)
    path = settings.llm_replies_dir / name
    path.write_text('{"quote": "张三"}')
    os.utime(path, (at.timestamp(), at.timestamp()))


def test_a_language_models_reply_is_deleted_after_its_days(settings: Settings) -> None:
    days = load_rules(settings).llm_reply
    reply(settings, "old.json", days_ago(settings, days + 0.1))
    reply(settings, ".new.json.7.ab.tmp", days_ago(settings, days + 0.1))  # left by a kill
    reply(settings, "young.json", days_ago(settings, days - 0.1))
    assert delete_outlived(settings, only_count=True) == Outlived(llm_reply=2)
    assert delete_outlived(settings) == Outlived(llm_reply=2)
    assert [path.name for path in settings.llm_replies_dir.iterdir()] == ["young.json"]
    assert delete_outlived(settings) == Outlived()


def test_counting_deletes_nothing_and_deleting_again_finds_nothing(settings: Settings) -> None:
    add(settings, plan("old", days_ago(settings, 91)))
    expected = Outlived(interview_plan=1)
    assert delete_outlived(settings, only_count=True) == expected
    assert delete_outlived(settings) == expected
    assert delete_outlived(settings) == Outlived()


def test_the_audit_trail_tells_how_much_and_not_of_whom(settings: Settings) -> None:
    add(settings, plan("old", days_ago(settings, 91)))
    delete_outlived(settings)
    delete_outlived(settings)
    with session(settings) as db:
        (row,) = db.scalars(select(AuditRow))
    assert (row.actor, row.action) == ("retention", "deleted")
    assert '"interview_plan": 1' in row.detail_json
    assert "张三" not in row.detail_json


def test_a_rule_that_is_left_out_is_named(settings: Settings) -> None:
    folder = settings.home / "config" / "policies"
    folder.mkdir(parents=True)
    (folder / "retention.yml").write_text("interview_plan: 90\nbooking: 0\n")
    with pytest.raises(ConfigError, match="booking"):
        load_rules(settings.model_copy(update={"config": folder.parent}))
