"""The period of a report, the one before it and the same one a year earlier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, cast

from talentloop.reports.parameters import Value, shift

When = Literal["now", "previous", "year"]
EARLIER: tuple[When, ...] = ("previous", "year")
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Period:
    """What a figure is about: months, or days where `in_days`; both ends belong to it.

    Attributes:
        parameters: what a report is given to look at this period.
    """

    start: date
    end: date
    parameters: dict[str, Value]
    in_days: bool = False

    def __str__(self) -> str:
        """`2026-09`, `2026-04 – 2026-09`, or days."""
        ends = [f"{day:%Y-%m-%d}" if self.in_days else f"{day:%Y-%m}" for day in self.ends]
        return ends[0] if ends[0] == ends[1] else " – ".join(ends)

    @property
    def ends(self) -> tuple[date, date]:
        """First and last month, or day."""
        return self.start, self.end

    @property
    def last_month(self) -> date | None:
        """The month with which it ends; a period of days ends with none."""
        return None if self.in_days else self.end

    def place_of(self, month: date) -> int:
        """How many months after its beginning a month lies."""
        return 12 * (month.year - self.start.year) + month.month - self.start.month


def periods_of(
    values: Mapping[str, Value], today: date, last: date, months: int
) -> dict[When, Period]:
    """The period that parameters name, the one of equal length before it, and a year earlier.

    A report that looks at one day (`day`) is set against the same day a month and a year before;
    one that looks at weeks against as many weeks before, and 52 weeks before.

    Args:
        today: what an unnamed day stands for.
        last: the month with which a period ends that nobody named.
        months: the length of a period that nobody named.
    """
    if "day" in values:
        return _days(cast("date | None", values["day"]) or today)
    if "weeks" in values:
        return _weeks(cast("date | None", values["until"]), today, int(str(values["weeks"])))
    if "month" in values:
        end = cast("date", values["month"])
        length = int(str(values.get("window") or 1))
        start = shift(end, 1 - length)
    else:
        end = cast("date | None", values["to"]) or last
        start = cast("date | None", values["from"]) or shift(end, 1 - months)
        length = 12 * (end.year - start.year) + end.month - start.month + 1
    years = 12 * -(-length // 12)  # a period longer than a year is set against the one before it
    found: dict[When, Period] = {}
    for when, back in (("now", 0), ("previous", length), ("year", years)):
        first, final = shift(start, -back), shift(end, -back)
        given: dict[str, Value] = (
            {"month": final} if "month" in values else {"from": first, "to": final}
        )
        found[cast("When", when)] = Period(first, final, given)
    return found


def _days(day: date) -> dict[When, Period]:
    """A day, and the same day a month and a year before (the last one of a shorter month)."""
    found: dict[When, Period] = {}
    for when, back in (("now", 0), ("previous", 1), ("year", 12)):
        month = shift(day.replace(day=1), -back)
        length = (shift(month, 1) - month).days
        then = month.replace(day=min(day.day, length))
        found[cast("When", when)] = Period(then, then, {"day": then}, in_days=True)
    return found


def _weeks(until: date | None, today: date, weeks: int) -> dict[When, Period]:
    """Whole weeks up to the one in which `until` lies, as many before, and 52 weeks before."""
    day = until or today
    end = day - timedelta(days=day.weekday())
    found: dict[When, Period] = {}
    for when, back in (("now", 0), ("previous", weeks), ("year", 52)):
        last = end - back * WEEK
        first = last - weeks * WEEK
        found[cast("When", when)] = Period(
            first, last - timedelta(days=1), {"until": last}, in_days=True
        )
    return found
