"""Appointments that a mail program can follow through changes and cancellation; QR codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from pydantic import ValidationError

from connectors.channels.calendar import calendar_file
from connectors.channels.messages import CalendarEvent, Card, Invitation
from connectors.channels.qr import qr_png, qr_svg

NOW = datetime(2026, 11, 2, tzinfo=UTC)
PERSON = {"name": "李雷", "address": "li@corp.example.com"}
EVENT: dict[str, Any] = {
    "uid": "abc@talentloop", "starts_at": "2026-11-05T10:00:00+08:00",
    "ends_at": "2026-11-05T11:00:00+08:00", "time_zone": "Asia/Shanghai", "summary": "面试：张三",
    "description": "第一轮\n请准时", "location": "上海", "organizer": PERSON,
    "attendees": [PERSON, {"name": "张三", "address": "zhang@mail.example.com"}, {"name": "无邮箱"}],
    "reminders_minutes": [15, 60],
}  # fmt: skip


def event(**changes: Any) -> CalendarEvent:
    return CalendarEvent.model_validate({**EVENT, **changes})


def parsed(made: CalendarEvent, now: datetime = NOW) -> Any:
    return Calendar.from_ical(calendar_file(made, now))


def test_an_invitation_says_when_where_and_who_in_the_readers_zone() -> None:
    calendar = parsed(event())
    entry = calendar.events[0]
    assert calendar["method"] == "REQUEST"
    assert entry["uid"] == "abc@talentloop"
    assert entry.start == datetime(2026, 11, 5, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert entry.end - entry.start == timedelta(hours=1)
    assert entry["dtstamp"].dt == NOW
    assert entry["description"] == "第一轮\n请准时"
    assert entry["organizer"] == "mailto:li@corp.example.com"
    assert {str(a): a.params["RSVP"] for a in entry["attendee"]} == {
        "mailto:li@corp.example.com": "TRUE",
        "mailto:zhang@mail.example.com": "TRUE",
    }
    assert [alarm["trigger"].dt for alarm in entry.walk("VALARM")] == [
        timedelta(minutes=-15), timedelta(minutes=-60),
    ]  # fmt: skip


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Europe/Berlin"])
def test_the_zones_rules_travel_with_the_appointment_and_place_it_rightly(zone: str) -> None:
    for start in ("2026-07-05T10:00:00+00:00", "2026-12-05T10:00:00+00:00"):
        made = event(
            time_zone=zone,
            starts_at=start,
            ends_at=(datetime.fromisoformat(start) + timedelta(hours=1)).isoformat(),
        )
        calendar = parsed(made)
        rules = calendar.timezones[0]
        assert rules.tz_name == zone
        entry = calendar.events[0]
        naive = entry["dtstart"].dt.replace(tzinfo=None)
        assert naive.replace(tzinfo=rules.to_tz()).astimezone(UTC) == made.starts_at
        assert len(rules.to_ical()) < 1500


def test_a_change_keeps_the_uid_and_counts_up_and_a_cancellation_takes_it_back() -> None:
    first, moved = event(), event(sequence=1, ends_at="2026-11-05T12:00:00+08:00")
    gone = event(sequence=2, cancelled=True)
    entries = [parsed(version).events[0] for version in (first, moved, gone)]
    assert {entry["uid"] for entry in entries} == {"abc@talentloop"}
    assert [entry["sequence"] for entry in entries] == [0, 1, 2]
    assert [entry["status"] for entry in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert parsed(gone)["method"] == "CANCEL"
    assert entries[2].walk("VALARM") == []


def test_text_cannot_break_out_of_its_property() -> None:
    made = event(description="x\r\nATTENDEE:mailto:thief@example.com", location="a;b,c")
    entry = parsed(made).events[0]
    assert len(entry["attendee"]) == 2
    assert entry["location"] == "a;b,c"
    with pytest.raises(ValidationError, match="one line"):
        event(summary="x\r\nATTENDEE:mailto:thief@example.com")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"ends_at": "2026-11-05T10:00:00+08:00"}, "end after it starts"),
        ({"starts_at": "2026-11-05T10:00:00"}, "needs a time zone"),
        ({"time_zone": "Mars/Base"}, "not a time zone"),
        ({"attendees": []}, "at least 1"),
        ({"organizer": {"name": "x", "address": "a@b.c>, <d@e.f"}}, "e-mail address"),
        ({"organizer": {"name": "x\nBcc: y", "address": "a@b.c"}}, "one line"),
        ({"link": "javascript:alert(1)"}, "web address"),
    ],
)
def test_an_impossible_appointment_is_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        event(**change)


def test_a_qr_code_is_a_picture_for_mail_and_for_pages() -> None:
    link = "https://tl.example.com/interviews/8f3a"
    picture = qr_png(link)
    assert picture.startswith(b"\x89PNG")
    assert qr_png(link) == picture
    assert qr_png(link + "x") != picture
    assert qr_svg(link).startswith("<svg")
    assert "tl.example.com" not in qr_svg(link)


def test_an_invitation_wants_an_address_and_a_qr_code_wants_a_link() -> None:
    card = Card(language="zh", title="面试")
    with pytest.raises(ValidationError, match="address"):
        Invitation.model_validate({"to": {"name": "张三"}, "card": card})
    with pytest.raises(ValidationError, match="wants a link"):
        Invitation.model_validate({"to": PERSON, "card": card, "with_qr": True})
