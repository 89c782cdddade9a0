"""The days ahead: what is booked and no longer suits, what waits for a slot, who is how busy."""

from __future__ import annotations

from datetime import date
from typing import Any

from interview.scheduling import cancel, confirm, plan
from interview.scheduling.agenda import Agenda, Conflict, agenda
from interview.scheduling.request import SlotRequest
from talentloop.settings import Settings
from tests.interview.scheduling.asked import asked, someone, under, window

NINE = window("2026-11-10", "09:00", "10:00")


def booked(settings: Settings, request: SlotRequest) -> None:
    confirm(settings, request.key, plan(settings, request).slots[0].code, "li.na")


def seen(settings: Settings, **more: Any) -> Agenda:
    return agenda(settings, "Asia/Shanghai", **more)


def test_bookings_stand_by_time_and_later_ones_are_only_counted(settings: Settings) -> None:
    settings = under(settings)
    booked(settings, asked(window("2026-11-12", "14:00", "15:00"), key="I2"))
    booked(settings, asked(NINE))
    booked(settings, asked(window("2026-11-30", "14:00", "15:00"), key="I3"))
    found = seen(settings)
    assert [each.booking.interview_key for each in found.ahead] == ["I1", "I2"]
    assert [person.name for person in found.ahead[0].panel] == ["E1"]
    assert found.n_later == 1
    assert (found.days[0], found.days[-1]) == (date(2026, 11, 2), date(2026, 11, 15))
    assert found.weeks == (date(2026, 11, 2), date(2026, 11, 9))
    assert not found.unbooked


def test_a_booking_that_breaks_nothing_has_no_conflict_however_near_it_is(
    settings: Settings,
) -> None:
    booked(under(settings), asked(window("2026-11-03", "10:00", "11:00")))
    soon = under(settings, now="2026-11-03T01:30+00:00")
    assert [each.conflicts for each in seen(soon).ahead] == [()]
    over = under(settings, now="2026-11-03T03:00+00:00")
    assert not seen(over).ahead


def test_what_came_up_after_the_booking_is_a_conflict(settings: Settings) -> None:
    settings = under(settings)
    booked(settings, asked(NINE))
    busy = someone("E1", "Asia/Shanghai", window("2026-11-10", "09:30", "11:00"))
    plan(settings, asked(NINE, window("2026-11-11"), interviewers=[busy]))
    (one,) = seen(settings).ahead
    assert one.conflicts == (Conflict("E1", "busy"),)


def test_a_candidate_who_can_no_longer_come_is_a_conflict(settings: Settings) -> None:
    settings = under(settings)
    booked(settings, asked(NINE))
    plan(settings, asked(window("2026-11-11")))
    (one,) = seen(settings).ahead
    assert one.conflicts == (Conflict("candidate", "windows"),)


def test_an_interviewer_whom_the_newest_request_leaves_out_is_a_conflict(
    settings: Settings,
) -> None:
    settings = under(settings)
    booked(settings, asked(NINE))
    plan(settings, asked(NINE, interviewers=[someone("E2")], panel=[["E2"]]))
    (one,) = seen(settings).ahead
    assert one.conflicts == (Conflict("E1", "panel"),)


def test_changed_rules_are_a_conflict(settings: Settings) -> None:
    booked(under(settings), asked(NINE))
    late = {"Asia/Shanghai": [{"begins": "10:00", "ends": "18:00"}]}
    (one,) = seen(under(settings, working_hours=late)).ahead
    assert one.conflicts == (Conflict("E1", "working_hours"),)


def test_a_plan_waits_until_it_is_booked_or_its_windows_are_over(settings: Settings) -> None:
    settings = under(settings)
    plan(settings, asked(window("2026-11-10", "09:00", "11:00")))
    (waits,) = seen(settings).unbooked
    assert waits.request.candidate.name == "张三"
    assert [offer.fits for offer in waits.offers] == [True, True]
    booked(settings, asked(NINE, key="I2", candidate={"id": "C2"}))
    (waits,) = seen(settings).unbooked
    assert [offer.fits for offer in waits.offers] == [False, True]  # E1 was given away meanwhile
    confirm(settings, "I1", waits.offers[1].code, "li.na")
    assert not seen(settings).unbooked
    cancel(settings, "I1", "li.na")
    found = seen(settings)
    assert len(found.unbooked) == len(found.cancelled) == 1
    assert not seen(under(settings, now="2026-11-11T00:00+00:00")).unbooked


def test_loads_count_days_ahead_and_whole_weeks(settings: Settings) -> None:
    settings = under(settings)
    booked(settings, asked(window("2026-11-04", "10:00", "11:00"), key="I0"))
    two = {"interviewers": [someone("E1"), someone("E2")], "panel": [["E1"], ["E2"]]}
    booked(settings, asked(NINE, key="I2", candidate={"id": "C2"}, **two))
    friday = under(settings, now="2026-11-06T00:00+00:00")
    first, second = seen(friday).loads
    assert (first.person.id, second.person.id) == ("E1", "E2")
    assert first.days == (0, 0, 0, 0, 1, *[0] * 9)
    assert first.works[:4] == (True, False, False, True)  # Friday, a weekend, Monday
    assert seen(friday).weeks == (date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16))
    assert (first.weeks, second.weeks) == ((1, 1, 0), (0, 1, 0))  # Wednesday's is over


def test_an_interview_of_this_week_that_is_over_still_counts_for_the_week(
    settings: Settings,
) -> None:
    settings = under(settings)
    booked(settings, asked(window("2026-11-03", "10:00", "11:00")))
    booked(settings, asked(window("2026-11-05", "10:00", "11:00"), key="I2"))
    (load,) = seen(under(settings, now="2026-11-04T00:00+00:00")).loads
    assert load.days[:2] == (0, 1)
    assert load.weeks[0] == 2
