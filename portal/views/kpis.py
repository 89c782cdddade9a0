"""The six figures of the monthly page, each with its n, last month and last year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from portal.frame import Frame
from portal.views.values import count, figure
from talentloop.reports import Withheld
from talentloop.reports.noise import Median, medians_differ
from talentloop.reports.parameters import shift
from talentloop.reports.privacy import Cell, Row
from talentloop.reports.text import NOTHING, number, rounded, signed

Tone = Literal["good", "bad", "plain"]
FEW_OPENINGS = 10


@dataclass(frozen=True)
class Compare:
    """A row below the figure: when, its value then, and the change since."""

    label: str
    value: str
    change: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True)
class Kpi:
    """One tile."""

    metric: str
    value: str
    unit: str
    meta: str
    compares: list[Compare]
    badge: str | None = None


def median_of(row: Row | None) -> Median | None:
    """The month's median time to hire, or None when it is missing or withheld."""
    value, p25 = figure(row, "time_to_hire_median_days"), figure(row, "time_to_hire_p25_days")
    p75, n = figure(row, "time_to_hire_p75_days"), count(row, "n_accepted")
    if value is None or p25 is None or p75 is None or not n:
        return None
    return Median(value, p25, p75, n)


@dataclass(frozen=True)
class KpiMaker:
    """Makes the tiles from the thirteen months that end with the chosen one.

    A month that is not over is compared with none: only like windows are.
    """

    frame: Frame
    month: date
    rows: Sequence[Row]
    is_partial: bool = False

    def row(self, months_back: int) -> Row | None:
        """The row of the month so many months before the chosen one."""
        wanted = shift(self.month, -months_back)
        return next((r for r in self.rows if r["month_on"] == wanted), None)

    def all(self, retention: Sequence[Row]) -> list[Kpi]:
        """The six tiles in their order."""
        tiles = [
            self._accepted(),
            self._speed(),
            self._offers(),
            self._openings(),
            self._joins(),
        ]
        if self.is_partial:
            tiles = [replace(tile, compares=_without_changes(tile.compares)) for tile in tiles]
        return [*tiles, self._retention(retention)]

    def _text(self, value: Cell, decimals: int = 0) -> str:
        if isinstance(value, Withheld):
            return str(value)
        return number(value, decimals) if isinstance(value, int | float) else NOTHING

    def _labels(self) -> list[tuple[str, Row | None]]:
        return [
            (self.frame.t("kpi.last_month"), self.row(1)),
            (self.frame.t("kpi.last_year"), self.row(12)),
        ]

    def _missing(self, label: str) -> Compare:
        return Compare(label, self.frame.t("kpi.no_history"))

    def _accepted(self) -> Kpi:
        now, compares = self.row(0), []
        for label, row in self._labels():
            if row is None:
                compares.append(self._missing(label))
                continue
            change = _signed(figure(now, "n_accepted"), figure(row, "n_accepted"), 0)
            compares.append(Compare(label, self._text(row["n_accepted"]), change))
        value = self._text(now["n_accepted"]) if now else NOTHING
        unit, meta = self.frame.t("unit.people"), self.frame.month(self.month)
        return Kpi("accepted_offers", value, unit, meta, compares)

    def _speed(self) -> Kpi:
        now, current = self.row(0), median_of(self.row(0))
        compares = []
        for label, row in self._labels():
            other = median_of(row)
            if other is None:
                compares.append(self._missing(label))
                continue
            change, tone = self._faster(current, other)
            compares.append(Compare(label, number(other.value, 1), change, tone))
        meta = self.frame.t(
            "kpi.speed_meta",
            n=self._text(now["n_accepted"] if now else None),
            p90=self._text(now["time_to_hire_p90_days"] if now else None, 1),
        )
        value = self._text(now["time_to_hire_median_days"] if now else None, 1)
        return Kpi("time_to_hire", value, self.frame.t("unit.days"), meta, compares)

    def _faster(self, now: Median | None, then: Median) -> tuple[str, Tone]:
        if now is None:
            return "", "plain"
        days = rounded(rounded(now.value, 1) - rounded(then.value, 1), 1)
        key = "kpi.slower" if days > 0 else "kpi.faster"
        if not days:
            return self.frame.t("kpi.same"), "plain"
        tone: Tone = "plain"
        if medians_differ(now, then):
            tone = "bad" if days > 0 else "good"
        return self.frame.t(key, days=number(abs(days), 1)), tone

    def _share(self, metric: str, column: str, meta: str, badge: str | None = None) -> Kpi:
        now, compares = self.row(0), []
        for label, row in self._labels():
            if row is None or row[column] is None:
                compares.append(self._missing(label))
                continue
            change = _points(figure(now, column), figure(row, column))
            shown = self.frame.t("unit.points", value=change) if change else ""
            compares.append(Compare(label, self._rate(row[column]) + _sign_of(row[column]), shown))
        value = now[column] if now else None
        return Kpi(metric, self._rate(value), _sign_of(value), meta, compares, badge)

    def _rate(self, value: Cell) -> str:
        return self.frame.words.share(value).rstrip("%")

    def _offers(self) -> Kpi:
        now = self.row(0)
        decided = self._text(now["n_offers_decided"] if now else None)
        if now is not None and isinstance(now["offer_acceptance_rate"], Withheld):
            three = self.frame.words.share(now["offer_acceptance_rate_3m"])
            meta = self.frame.t("kpi.offers_bound", n=decided, rate=three)
        else:
            accepted = self._text(now["n_offers_accepted"] if now else None)
            meta = self.frame.t("kpi.offers_meta", k=accepted, n=decided)
        return self._share("offer_acceptance_rate", "offer_acceptance_rate", meta)

    def _openings(self) -> Kpi:
        now = self.row(0)
        due, met = count(now, "n_openings_due") or 0, count(now, "n_openings_on_time") or 0
        if due < FEW_OPENINGS:
            meta = self.frame.t("kpi.openings_few", least=FEW_OPENINGS)
            compares = [self._openings_then(label, row) for label, row in self._labels()]
            return Kpi("on_time_fill_rate", f"{met}/{due}", "", meta, compares)
        meta = self.frame.t("kpi.openings_meta", k=number(met, 0), n=number(due, 0))
        return self._share("on_time_fill_rate", "on_time_fill_rate", meta)

    def _openings_then(self, label: str, row: Row | None) -> Compare:
        if row is None:
            return self._missing(label)
        met, due = count(row, "n_openings_on_time") or 0, count(row, "n_openings_due") or 0
        return Compare(label, f"{met}/{due}")

    def _joins(self) -> Kpi:
        now = self.row(0)
        pending = count(now, "n_starts_pending") or 0
        due = self._text(now["n_starts_due"] if now else None)
        meta = self.frame.t("kpi.joins_meta", n=due)
        badge = None
        if pending:
            badge, meta = self.frame.t("badge.provisional"), self.frame.t(
                "kpi.joins_pending", n=due, pending=number(pending, 0)
            )  # fmt: skip
        return self._share("join_rate", "join_rate", meta, badge)

    def _retention(self, rows: Sequence[Row]) -> Kpi:
        by_window = {str(row["window_code"]): row for row in rows}
        now, compares = by_window.get("current"), []
        for key, code in (("kpi.last_window", "previous"), ("kpi.last_year", "last_year")):
            row = by_window.get(code)
            if row is None or row["retention_90d_rate"] is None:
                compares.append(self._missing(self.frame.t(key)))
                continue
            then = row["retention_90d_rate"]
            change = _points(figure(now, "retention_90d_rate"), figure(row, "retention_90d_rate"))
            shown = self.frame.t("unit.points", value=change) if change else ""
            compares.append(Compare(self.frame.t(key), self._rate(then) + _sign_of(then), shown))
        value = now["retention_90d_rate"] if now else None
        lower, upper = figure(now, "retention_90d_lower"), figure(now, "retention_90d_upper")
        n = self._text(now["n_starters"] if now else None)
        meta = self.frame.t("kpi.retention_meta", n=n)
        if lower is not None and upper is not None:
            span = f"{number(100 * lower, 1)}–{number(100 * upper, 1)}"
            meta = self.frame.t("kpi.retention_span", span=span, n=n)
        return Kpi("retention_90d_rate", self._rate(value), _sign_of(value), meta, compares)


def _without_changes(compares: Sequence[Compare]) -> list[Compare]:
    return [replace(compare, change="", tone="plain") for compare in compares]


def _sign_of(value: Cell) -> str:
    is_share = isinstance(value, int | float) or (
        isinstance(value, Withheld) and value.bound is not None
    )
    return "%" if is_share else ""


def _signed(now: float | None, then: float | None, decimals: int) -> str:
    """The change between two displayed values, with its sign; empty when one is not shown."""
    if now is None or then is None:
        return ""
    return signed(rounded(now, decimals) - rounded(then, decimals), decimals)


def _points(now: float | None, then: float | None) -> str:
    if now is None or then is None:
        return ""
    return _signed(100 * now, 100 * then, 1)
