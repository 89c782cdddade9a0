"""Whatever is asked: no recommended slot breaks a constraint, and an empty answer is true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from interview.scheduling.fit import Fit, Taken, cells, interviewer_key
from interview.scheduling.request import SlotRequest
from interview.scheduling.rules import SchedulingRules, WorkingTime
from interview.scheduling.solve import recommend
from talentloop.settings import Settings
from talentloop.warehouse.calendar import load_calendars
from tests.interview.scheduling.asked import RULES, asked, someone, window

NOW = datetime(2026, 9, 28, tzinfo=UTC)
WORKED = {"2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10"}
DAYS = sorted({*WORKED, "2026-10-01", "2026-10-06", "2026-10-11"})
times = st.sampled_from([f"{h:02}:{m}" for h in range(8, 19) for m in ("00", "30")])


@st.composite
def intervals(draw: st.DrawFn) -> dict[str, str]:
    begins, ends = sorted(draw(st.lists(times, min_size=2, max_size=2, unique=True)))
    return window(draw(st.sampled_from(DAYS)), begins, ends)


@st.composite
def requests(draw: st.DrawFn) -> SlotRequest:
    names = ["E1", "E2", "E3"]
    people = [
        someone(n, "Asia/Shanghai", *draw(st.lists(intervals(), max_size=4))) for n in names
    ]  # fmt: skip
    seat = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)
    return asked(
        *draw(st.lists(intervals(), min_size=1, max_size=3)),
        interviewers=people, panel=draw(st.lists(seat, min_size=1, max_size=3)),
        duration_minutes=draw(st.sampled_from([30, 45, 60, 90])),
        buffer_after_minutes=draw(st.sampled_from([0, 15])),
    )  # fmt: skip


def free(request: SlotRequest, person: str, begins: datetime, taken: Taken) -> bool:
    """Whether somebody can, told without the engine."""
    ends = begins + timedelta(minutes=request.duration_minutes)
    until = ends + timedelta(minutes=request.buffer_after_minutes or 0)
    here, there = (t + timedelta(hours=8) for t in (begins, ends))
    span = f"{here:%H:%M}", f"{there:%H:%M}"
    works = (span[0] >= "09:00" and span[1] <= "12:00") or (
        span[0] >= "13:30" and span[1] <= "18:00"
    )
    busy = any(b.starts_at < until and begins < b.ends_at for b in request.interviewer(person).busy)
    mine = taken.cells.get(interviewer_key(person), set())
    return (
        f"{here:%Y-%m-%d}" in WORKED
        and works
        and not busy
        and mine.isdisjoint(cells(begins, until))
    )


def seats(panel: tuple[tuple[str, ...], ...], can: set[str]) -> bool:
    """Whether the seats can be given to different people."""
    if not panel:
        return True
    return any(seats(panel[1:], can - {each}) for each in panel[0] if each in can)


@effort(max_examples=40, deadline=None, derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(request=requests(), hours=st.lists(st.integers(0, 9), max_size=3))
def test_slots_break_nothing_and_none_is_kept_back(
    settings: Settings, request: Any, hours: list[int]
) -> None:
    first = datetime(2026, 9, 30, 0, tzinfo=UTC)
    held = {
        c for h in hours for c in cells(first + timedelta(hours=h), first + timedelta(hours=h + 1))
    }
    taken = Taken(cells={interviewer_key("E1"): held})
    rules = SchedulingRules.model_validate({**RULES, "notice_hours": 0})
    fit = Fit(request, rules, WorkingTime(rules, load_calendars(settings), ""), taken, NOW)
    found = recommend(fit, 5)
    for slot in found.slots:
        windows = request.candidate.windows
        assert any(w.starts_at <= slot.starts_at and slot.ends_at <= w.ends_at for w in windows)
        assert len(set(slot.panel)) == len(slot.panel) == len(request.panel)
        assert all(person in seat for person, seat in zip(slot.panel, request.panel, strict=True))
        assert all(free(request, person, slot.starts_at, taken) for person in slot.panel)
    possible = [
        start
        for start in fit.starts()
        if seats(request.panel, {p for p in ("E1", "E2", "E3") if free(request, p, start, taken)})
    ]
    assert bool(possible) == bool(found.slots)
    if possible:
        assert found.slots[0].starts_at == possible[0]
