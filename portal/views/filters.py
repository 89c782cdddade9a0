"""The filters of the funnel page: all of their state is in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.cards import Desk
from portal.frame import Frame
from portal.views.values import month_of
from talentloop.reports import ParameterError
from talentloop.reports.parameters import MONTHS, last_month, shift
from talentloop.reports.privacy import Row


@dataclass(frozen=True)
class Choice:
    """One entry of a select."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class Filters:
    """What is selected, and what could be."""

    start: date
    end: date
    department: str | None
    job_family: str | None
    channel: str | None
    starts: list[Choice]
    ends: list[Choice]
    departments: list[Choice]
    job_families: list[Choice]
    channels: list[Choice]

    @property
    def cohort(self) -> dict[str, object]:
        """Parameters of reports about the selected cohort."""
        return {**self.now, "from": self.start, "to": self.end}

    @property
    def now(self) -> dict[str, object]:
        """Parameters of reports about the present, which have no period."""
        return {
            "department": self.department,
            "job_family": self.job_family,
            "channel": self.channel,
        }

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the period is filtered."""
        return any(self.now.values())

    def name_of(self, choices: Sequence[Choice]) -> str | None:
        """The text of the chosen entry, or None."""
        return next((c.text for c in choices if c.is_chosen and c.value), None)

    def summary(self) -> list[str]:
        """The chosen department, family and channel in words."""
        lists = (self.departments, self.job_families, self.channels)
        return [name for name in map(self.name_of, lists) if name is not None]


@dataclass(frozen=True)
class Asked:
    """Filters as they stand in the address."""

    start: str | None = None
    end: str | None = None
    department: str | None = None
    job_family: str | None = None
    channel: str | None = None


def read_filters(desk: Desk, asked: Asked) -> Filters:
    """The filters of an address, completed with defaults.

    Raises:
        ParameterError: a month is no month, or the period ends before it begins.
    """
    frame, rows = desk.frame, desk.report("filter_choices").rows
    months = sorted({str(r["value"]) for r in rows if r["filter_code"] == "month"}, reverse=True)
    end = month_of(asked.end) or last_month(desk.db.as_of, frame.options.time_zone)
    start = month_of(asked.start) or shift(end, 1 - MONTHS)
    if start > end:
        raise ParameterError(
            f"The period ends before it begins: {start:%Y-%m} to {end:%Y-%m}",
            where="from, to",
            remedy="Choose an end that is not before the beginning.",
        )
    return Filters(
        start,
        end,
        asked.department or None,
        asked.job_family or None,
        asked.channel or None,
        _months(months, start),
        _months(months, end),
        _named(frame, rows, asked.department),
        _coded(frame, rows, "job_family", "job_family", asked.job_family),
        _coded(frame, rows, "channel", "source_channel", asked.channel),
    )


def _months(months: Sequence[str], chosen: date) -> list[Choice]:
    wanted = f"{chosen:%Y-%m}"
    every = sorted({*months, wanted}, reverse=True)
    return [Choice(month, month, month == wanted) for month in every]


def _all(frame: Frame, n: int, chosen: str | None) -> Choice:
    return Choice("", frame.t("filter.all", n=n), not chosen)


def _named(frame: Frame, rows: Sequence[Row], chosen: str | None) -> list[Choice]:
    found = [
        Choice(str(r["value"]), frame.pick(r["name"], r["name_en"]), r["value"] == chosen)
        for r in rows
        if r["filter_code"] == "department"
    ]
    return [_all(frame, len(found), chosen), *found, *_unknown(found, chosen)]


def _unknown(found: Sequence[Choice], chosen: str | None) -> list[Choice]:
    """A value of the address that does not occur: shown, not hidden behind "all"."""
    if not chosen or any(choice.is_chosen for choice in found):
        return []
    return [Choice(chosen, chosen, True)]


def _coded(
    frame: Frame, rows: Sequence[Row], code: str, code_list: str, chosen: str | None
) -> list[Choice]:
    values = [str(r["value"]) for r in rows if r["filter_code"] == code]
    values.sort(key=lambda value: (frame.codes.position(code_list, value), value))
    found = [Choice(v, frame.label(code_list, v), v == chosen) for v in values]
    return [_all(frame, len(found), chosen), *found, *_unknown(found, chosen)]
