"""Each constraint on a case worked by hand, and the answer where no slot fits."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from interview.scheduling import Constraint, SlotRequest, confirm, plan
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from tests.interview.scheduling.asked import CONFIG, asked, local, someone, under, window

TUE = "2026-11-10"


def booked(settings: Settings, key: str, person: str, day: str, begins: str, ends: str) -> None:
    """An interview of somebody with another candidate."""
    other = asked(window(day, begins, ends), key=key, interviewers=[someone(person)],
                  panel=[[person]], candidate={"id": f"of {key}"})  # fmt: skip
    confirm(settings, key, plan(settings, other).slots[0].code, "li.na")


def test_slots_are_the_earliest_that_do_not_overlap_and_the_same_every_time(
    settings: Settings,
) -> None:
    settings = under(settings)
    found = plan(settings, asked())
    assert local(found) == [
        f"11-10 {t}" for t in ("09:00", "10:00", "11:00", "13:30", "14:30")
    ]  # fmt: skip
    assert found.blocked is None
    assert plan(settings, asked()) == found


def test_an_interview_never_runs_into_the_lunch_break(settings: Settings) -> None:
    found = plan(under(settings), asked(window(TUE, "11:30", "14:00")))
    assert found.slots == ()
    assert found.blocked is not None
    assert list(found.blocked.alone) == [Constraint.WORKING_HOURS]
    assert found.blocked.broken["E1"] == {Constraint.WORKING_HOURS: 4}


def test_working_hours_follow_the_interviewers_clock_over_a_change_to_winter_time(
    settings: Settings,
) -> None:
    days = [window(day, "15:00", "17:00") for day in ("2026-10-23", "2026-10-26")]
    found = plan(
        under(settings, "2026-10-12T00:00+00:00"),
        asked(*days, interviewers=[someone("E1", "Europe/Berlin")]),
    )
    assert local(found) == ["10-23 15:00", "10-23 16:00", "10-26 16:00"]
    assert local(found, "Europe/Berlin") == ["10-23 09:00", "10-23 10:00", "10-26 09:00"]


@pytest.mark.parametrize(
    ("day", "begins", "why"),
    [("2027-03-28", "02:30", "does not exist"), ("2026-10-25", "02:30", "exists twice")],
)
def test_a_local_time_that_is_not_one_instant_is_refused(day: str, begins: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        asked(window(day, begins, "09:00"), candidate={"time_zone": "Europe/Berlin"})


def test_a_make_up_saturday_is_worked_and_another_is_not(settings: Settings) -> None:
    settings = under(settings, "2026-09-21T00:00+00:00")
    days = [window("2026-10-10", "09:00", "10:00"), window("2026-10-17", "09:00", "10:00")]
    assert local(plan(settings, asked(*days))) == ["10-10 09:00"]


def test_national_day_is_free_in_each_place_as_long_as_it_is_there(settings: Settings) -> None:
    settings = under(settings, "2026-09-21T00:00+00:00")
    days = [window(f"2026-10-0{n}", "10:00", "11:00") for n in range(1, 9)]
    assert local(plan(settings, asked(*days))) == ["10-08 10:00"]
    away = asked(*days[:2], days[4], interviewers=[someone("E1", "Asia/Hong_Kong")])
    assert local(plan(settings, away)) == ["10-02 10:00", "10-05 10:00"]
    blocked = plan(settings, asked(*days[:7])).blocked
    assert blocked is not None
    assert list(blocked.alone) == [Constraint.WORKING_DAY]


def test_a_buffer_may_touch_what_comes_next_and_not_reach_into_it(settings: Settings) -> None:
    settings = under(settings, buffer_before_minutes=10, buffer_after_minutes=15)
    for next_at, slots in (("11:15", ["11-10 10:00"]), ("11:10", [])):
        busy = [window(TUE, "09:00", "09:50"), window(TUE, next_at, "18:00")]
        request = asked(
            window(TUE, "10:00", "11:00"), interviewers=[someone("E1", "Asia/Shanghai", *busy)]
        )
        found = plan(settings, request)
        assert local(found) == slots
    assert found.blocked is not None
    assert list(found.blocked.alone) == [Constraint.BUFFER]


def test_a_booking_holds_its_buffer_against_other_requests(settings: Settings) -> None:
    settings = under(settings, buffer_after_minutes=15, start_every_minutes=15)
    booked(settings, "other", "E1", TUE, "10:00", "11:00")
    assert local(plan(settings, asked(window(TUE, "10:00", "12:15")))) == []
    settings = under(settings, buffer_after_minutes=15, start_every_minutes=5)
    half = asked(window(TUE, "10:00", "12:00"), duration_minutes=30)
    assert local(plan(settings, half)) == ["11-10 11:15"]


def test_an_alternative_sits_in_where_the_first_choice_cannot(settings: Settings) -> None:
    people = [someone("E1", "Asia/Shanghai", window(TUE)), someone("E2"), someone("E3")]
    request = asked(interviewers=people, panel=[["E1", "E2"], ["E3"]])
    found = plan(under(settings), request)
    assert {slot.panel for slot in found.slots} == {("E2", "E3")}


def test_nobody_sits_on_two_seats(settings: Settings) -> None:
    people = [someone("E1"), someone("E2")]
    request = asked(interviewers=people, panel=[["E1", "E2"], ["E1"]])
    assert {slot.panel for slot in plan(under(settings), request).slots} == {("E2", "E1")}
    found = plan(under(settings), asked(panel=[["E1"], ["E1"]]))
    assert found.blocked is not None
    assert (found.blocked.alone, found.blocked.together) == ({}, ())


def test_who_has_the_fewest_interviews_that_week_comes_first(settings: Settings) -> None:
    settings = under(settings)
    booked(settings, "other", "E1", "2026-11-12", "10:00", "11:00")
    people = [someone("E1"), someone("E2", "Asia/Shanghai", window(TUE, "09:00", "14:00"))]
    request = asked(interviewers=people, panel=[["E1", "E2"]])
    first = plan(settings, request).slots[0]
    assert (first.panel, first.load) == (("E2",), {"E2": 0})
    next_week = asked(window(TUE), window("2026-11-17"))
    best = plan(settings, next_week)
    assert local(best)[0] == "11-17 09:00"  # a lighter week outweighs an earlier day


def test_preferences_decide_among_equals(settings: Settings) -> None:
    people = [someone("E1"), someone("E2")]
    for seat in (["E1", "E2"], ["E2", "E1"]):
        slots = plan(under(settings), asked(interviewers=people, panel=[seat])).slots
        assert {slot.panel for slot in slots} == {(seat[0],)}


def test_no_more_interviews_a_day_and_a_week_than_allowed(settings: Settings) -> None:
    settings = under(settings, max_per_day=1, max_per_week=2)
    booked(settings, "a", "E1", TUE, "10:00", "11:00")
    two_days = asked(window(TUE), window("2026-11-11", "09:00", "10:00"))
    assert local(plan(settings, two_days)) == ["11-11 09:00"]
    blocked = plan(settings, asked()).blocked
    assert blocked is not None
    assert list(blocked.alone) == [Constraint.DAILY_MAX]
    booked(settings, "b", "E1", "2026-11-11", "10:00", "11:00")
    blocked = plan(settings, asked(window("2026-11-12"))).blocked
    assert blocked is not None
    assert list(blocked.alone) == [Constraint.WEEKLY_MAX]
    assert local(plan(settings, asked(window("2026-11-16", "09:00", "10:00")))) == ["11-16 09:00"]


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"latest_on": "2026-11-09"}, Constraint.LATEST),
        ({"candidate": {"windows": [window("2026-11-02", "13:30", "18:00")]}}, Constraint.NOTICE),
        ({"interviewers": [someone("E1", "Asia/Shanghai", window(TUE))]}, Constraint.BUSY),
        ({"candidate": {"time_zone": "America/Los_Angeles",
                        "windows": [window("2026-11-09", "21:00", "23:00")]}},
         Constraint.CANDIDATE_HOURS),
    ],
)  # fmt: skip
def test_what_alone_stands_in_the_way_is_named(
    settings: Settings, changes: dict[str, Any], constraint: Constraint
) -> None:
    found = plan(under(settings), asked(**changes))
    assert found.slots == ()
    assert found.blocked is not None
    assert list(found.blocked.alone) == [constraint]


def test_a_candidate_who_has_another_interview_then_is_not_asked_twice(settings: Settings) -> None:
    settings = under(settings)
    first = asked(window(TUE, "10:00", "11:00"), key="first")
    confirm(settings, "first", plan(settings, first).slots[0].code, "li.na")
    second = asked(window(TUE, "10:00", "12:00"), interviewers=[someone("E2")], panel=[["E2"]])
    assert local(plan(settings, second)) == ["11-10 11:00"]


def test_where_several_constraints_stand_in_the_way_together_they_are_named_together(
    settings: Settings,
) -> None:
    people = [someone("E1", "Asia/Shanghai", window(TUE)), someone("E2", "Europe/Berlin")]
    request = asked(window(TUE, "10:00", "12:00"), interviewers=people, panel=[["E1"], ["E2"]])
    blocked = plan(under(settings), request).blocked
    assert blocked is not None
    assert blocked.alone == {}
    assert set(blocked.together) == {Constraint.BUSY, Constraint.WORKING_HOURS}
    assert blocked.broken == {
        "candidate": {}, "E1": {Constraint.BUSY: 3}, "E2": {Constraint.WORKING_HOURS: 3},
    }  # fmt: skip


def test_windows_that_are_too_short_hold_no_start(settings: Settings) -> None:
    blocked = plan(under(settings), asked(window(TUE, "10:00", "10:45"))).blocked
    assert blocked is not None
    assert (blocked.starts, blocked.alone, blocked.together) == (0, {}, ())


def test_a_time_zone_without_hours_or_calendar_is_an_error(settings: Settings) -> None:
    request = asked(interviewers=[someone("E1", "Asia/Tokyo")])
    with pytest.raises(ConfigError, match="no working hours of the time zone Asia/Tokyo"):
        plan(under(settings), request)
    with pytest.raises(ConfigError, match="No calendar has the time zone Asia/Tokyo"):
        plan(under(settings, working_hours={"Asia/Tokyo": [{"begins": "09:00", "ends": "18:00"}]}),
             request)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"panel": [["E9"]]}, "not among the interviewers"),
        ({"interviewers": [someone("E1"), someone("E1")]}, "listed twice"),
        ({"duration_minutes": 47}, "multiple of 5"),
        ({"candidate": {"id": "E1"}}, "candidate is among"),
        ({"candidate": {"windows": [window(TUE, "10:00", "09:00")]}}, "end after it starts"),
        ({"candidate": {"windows": [window(TUE), window("2062-11-10")]}}, "more than 92 days"),
    ],
)
def test_a_request_that_contradicts_itself_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        asked(**changes)


def test_the_request_of_the_page_is_one_and_the_page_names_every_constraint(
    settings: Settings,
) -> None:
    page = (CONFIG.parent / "docs" / "scheduling.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert found is not None
    request = SlotRequest.model_validate(yaml.safe_load(found[1]))
    as_shipped = settings.model_copy(update={"config": CONFIG})
    # At nine the buffer would reach into E1's engagement at ten.
    assert local(plan(as_shipped, request))[0] == "12-08 11:00"
    assert not [kind for kind in Constraint if f"`{kind}`" not in page]
