"""Bookings: a person decides, nobody is booked twice, changes free what they leave."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from interview.scheduling import book, bookings, cancel, confirm, move, plan
from talentloop.errors import BookingError, ConfigError
from talentloop.ops import audit, session
from talentloop.ops.models import AuditRow, BookingCell
from talentloop.settings import Settings
from tests.interview.scheduling.asked import asked, local, under, window
from tests.interview.scheduling.rivals import held, race

TEN = datetime(2026, 11, 10, 2, tzinfo=UTC)
ONE_HOUR = window("2026-11-10", "10:00", "11:00")


def test_a_confirmed_slot_is_booked_once_audited_and_holds_everybodys_time(
    settings: Settings,
) -> None:
    settings = under(settings, buffer_after_minutes=15)
    code = plan(settings, asked(ONE_HOUR)).slots[0].code
    booking = confirm(settings, "I1", code, "li.na")
    assert (booking.state, booking.version, booking.starts_at) == ("booked", 1, TEN)
    assert (booking.decided_by, booking.panel) == ("li.na", {"seats": ["E1"]})
    assert held(settings, "I1") == 12 + 15
    assert confirm(settings, "I1", code, "wang.wei").decided_by == "li.na"
    with session(settings) as db:
        rows = db.scalars(select(AuditRow)).all()
    assert [(r.actor, r.action, r.object_ref) for r in rows] == [
        ("li.na", "interview_booked", "I1")
    ]
    assert audit.first_broken(settings) is None


def test_nothing_is_booked_without_a_person_or_without_a_recommendation(
    settings: Settings,
) -> None:
    settings = under(settings)
    code = plan(settings, asked()).slots[0].code
    with pytest.raises(ConfigError, match="name of the person"):
        confirm(settings, "I1", code, " ")
    with pytest.raises(ConfigError, match="No such slot was recommended"):
        confirm(settings, "I1", "00000000", "li.na")
    for change in (lambda: move(settings, "I1", code, "li.na"),
                   lambda: cancel(settings, "I1", "li.na")):  # fmt: skip
        with pytest.raises(BookingError, match="not booked"):
            change()
    assert bookings(settings) == []


def test_a_slot_that_was_taken_meanwhile_is_refused_and_says_whose_time_it_was(
    settings: Settings,
) -> None:
    settings = under(settings)
    mine = plan(settings, asked(ONE_HOUR)).slots[0].code
    other = asked(ONE_HOUR, key="I2", candidate={"id": "C2"})
    confirm(settings, "I2", plan(settings, other).slots[0].code, "li.na")
    with pytest.raises(BookingError, match="no longer fits: E1: booked"):
        confirm(settings, "I1", mine, "li.na")
    assert held(settings, "I1") == 0


def test_a_moved_interview_frees_its_time_and_a_cancelled_one_too(settings: Settings) -> None:
    settings = under(settings)
    day = window("2026-11-10", "10:00", "12:00")
    first, second = plan(settings, asked(day)).slots
    confirm(settings, "I1", first.code, "li.na")
    with pytest.raises(BookingError, match="booked at another time"):
        confirm(settings, "I1", second.code, "li.na")
    assert [slot.code for slot in plan(settings, asked(day)).slots] == [first.code, second.code]
    moved = move(settings, "I1", second.code, "li.na")
    assert (moved.version, moved.starts_at) == (2, second.starts_at)
    assert move(settings, "I1", second.code, "li.na").version == 2
    other = asked(day, key="I2", candidate={"id": "C2"})
    assert local(plan(settings, other)) == ["11-10 10:00"]
    cancel(settings, "I1", "li.na")
    assert cancel(settings, "I1", "li.na").version == 3
    assert held(settings, "I1") == 0
    assert local(plan(settings, other)) == ["11-10 10:00", "11-10 11:00"]
    assert confirm(settings, "I1", second.code, "li.na").version == 4


def test_the_database_itself_refuses_to_give_a_cell_away_twice(settings: Settings) -> None:
    with session(settings) as db:
        db.add(BookingCell(participant="interviewer:E1", cell=1, interview_key="I1"))
    with pytest.raises(IntegrityError), session(settings) as db:
        db.add(BookingCell(participant="interviewer:E1", cell=1, interview_key="I2"))


def test_where_a_check_saw_nothing_the_database_still_refuses(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = under(settings)
    mine = plan(settings, asked(ONE_HOUR)).slots[0].code
    other = asked(ONE_HOUR, key="I2", candidate={"id": "C2"})
    confirm(settings, "I2", plan(settings, other).slots[0].code, "li.na")
    monkeypatch.setattr(book, "breaks", lambda *_: {})
    with pytest.raises(BookingError, match="has just been booked"):
        confirm(settings, "I1", mine, "li.na")
    assert [each.interview_key for each in bookings(settings)] == ["I2"]
    assert held(settings, "I1") == 0


def test_of_processes_that_confirm_overlapping_slots_exactly_one_wins(settings: Settings) -> None:
    settings = under(settings, start_every_minutes=5)
    said = race(settings, 4)
    assert said.count("booked") == 1
    assert {text for text in said if text != "booked"} == {"The slot no longer fits: E1: booked"}
    (winner,) = bookings(settings)
    assert held(settings, winner.interview_key) == 3 * 12
    assert sum(held(settings, f"I{n}") for n in range(4)) == 3 * 12


def test_a_limit_a_day_holds_among_processes_that_confirm_at_once(settings: Settings) -> None:
    said = race(under(settings, max_per_day=1), 2, apart_minutes=60)
    assert sorted(said) == ["The slot no longer fits: E1: daily_max", "booked"]
