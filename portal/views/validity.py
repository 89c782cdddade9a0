"""Interview validity: whether scores predict ratings, whether scorers agree, what is proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.cards import Card, Desk
from portal.charts.forest import Axis, Estimate, Mark, axis
from portal.charts.scale import share
from portal.frame import Frame
from portal.views.filters import Choice, coded_choices
from portal.views.values import count, figure, word
from talentloop.reports import ReportResult
from talentloop.reports.privacy import Row
from talentloop.warehouse.rules import Threshold, load_validity

SIGNIFICANT = 0.05


@dataclass(frozen=True)
class DimensionLine:
    """One dimension: raw and corrected r on one axis; none where too few are rated."""

    name: str
    raw: Mark | None
    corrected: Mark | None
    row: Row


@dataclass(frozen=True)
class ValidityCard:
    """Correlations by dimension."""

    title: str
    lines: list[DimensionLine]
    axis: Axis
    result: ReportResult
    n: int | None
    n_hired: int | None


@dataclass(frozen=True)
class AgreementLine:
    """One comparison of scorers: the dimensions' ICC from least to most."""

    code: str
    n: int
    low: float
    high: float
    mark: Mark


@dataclass(frozen=True)
class AgreementCard:
    """How far scorers agree, and whose scores lean."""

    lines: list[AgreementLine]
    result: ReportResult
    leaning: list[Row]
    n_others: int
    ratings: ReportResult


@dataclass(frozen=True)
class ThresholdLine:
    """One dimension: how much oftener those who scored so high are rated well."""

    name: str
    difference: Mark | None
    row: Row


@dataclass(frozen=True)
class ThresholdCard:
    """High scorers beside the others."""

    title: str
    threshold: Threshold
    lines: list[ThresholdLine]
    axis: Axis
    result: ReportResult
    n_tests: int | None


@dataclass(frozen=True)
class WeightLine:
    """A dimension's weight now and as proposed; the bars in percent of the largest."""

    name: str
    now: float
    proposed: float
    now_bar: float
    proposed_bar: float


@dataclass(frozen=True)
class ProposalCard:
    """The newest proposal to change weights."""

    row: Row
    lines: list[WeightLine]
    result: ReportResult


@dataclass(frozen=True)
class ValidityPage:
    """Everything on the page."""

    months: int
    families: Sequence[Choice]
    validity: Card[ValidityCard]
    agreement: Card[AgreementCard]
    thresholds: Card[ThresholdCard]
    proposal: Card[ProposalCard | None]


def validity_page(desk: Desk, months: int, family: str | None) -> ValidityPage:
    """The page for so many months after the start and a job family, or all."""
    rows = desk.report("filter_choices").rows
    families = coded_choices(desk.frame, rows, "job_family", "job_family", family)
    return ValidityPage(
        months,
        families,
        desk.card("interview_validity", lambda: _validity(desk, months, family)),
        desk.card("scorer_agreement", lambda: _agreement(desk)),
        desk.card("score_thresholds", lambda: _thresholds(desk, months, family)),
        desk.card("weight_proposals", lambda: _proposal(desk)),
    )


def _estimate(row: Row, value_column: str, prefix: str) -> Estimate | None:
    value = figure(row, value_column)
    if value is None:
        return None
    return Estimate(value, figure(row, f"{prefix}_lower"), figure(row, f"{prefix}_upper"))


def _validity(desk: Desk, months: int, family: str | None) -> ValidityCard:
    frame = desk.frame
    result = desk.report("interview_validity", after_months=months, job_family=family or "all")
    pairs = [
        (_estimate(row, "pearson_r", "pearson"), _estimate(row, "corrected_r", "corrected"))
        for row in result.rows
    ]
    scale = axis([e for pair in pairs for e in pair if e is not None])
    lines = [
        DimensionLine(
            frame.label("dimension", row["dimension_code"]),
            scale.mark(raw) if raw else None,
            scale.mark(corrected) if corrected else None,
            row,
        )
        for row, (raw, corrected) in zip(result.rows, pairs, strict=True)
    ]
    most = max(result.rows, key=lambda r: count(r, "n") or 0, default=None)
    title = _title(frame, result.rows)
    return ValidityCard(title, lines, scale, result, count(most, "n"), count(most, "n_hired"))


def _title(frame: Frame, rows: Sequence[Row]) -> str:
    """The finding: dimensions whose interval lies above zero, or that none does."""
    if not any(figure(row, "pearson_r") is not None for row in rows):
        return frame.t("validity.title_few")
    sure = [
        frame.label("dimension", row["dimension_code"])
        for row in rows
        if (figure(row, "pearson_lower") or 0.0) > 0
    ]
    if not sure:
        return frame.t("validity.title_none")
    return frame.t("validity.title_some", what=frame.t("before.and").join(sure))


def _agreement(desk: Desk) -> AgreementCard:
    result, ratings = desk.report("scorer_agreement"), desk.report("interviewer_rating")
    by_code: dict[str, list[Row]] = {}
    for row in result.rows:
        if figure(row, "icc_1_1") is not None:
            by_code.setdefault(str(row["comparison_code"]), []).append(row)
    scale = Axis(0.0, 1.0, 0.5)
    order = desk.frame.codes.position
    lines = []
    for code in sorted(by_code, key=lambda c: order("comparison", c)):
        found = sorted(figure(row, "icc_1_1") or 0.0 for row in by_code[code])
        middle = found[len(found) // 2]
        mark = scale.mark(Estimate(middle, found[0], found[-1]))
        n = min(count(row, "n_targets") or 0 for row in by_code[code])
        lines.append(AgreementLine(code, n, found[0], found[-1], mark))
    leaning = [row for row in ratings.rows if _is_beyond_chance(row)]
    return AgreementCard(lines, result, leaning, len(ratings.rows) - len(leaning), ratings)


def _is_beyond_chance(row: Row) -> bool:
    """Whether the interval of an interviewer's leniency lies to one side of none."""
    lower, upper = figure(row, "leniency_lower_points"), figure(row, "leniency_upper_points")
    return lower is not None and upper is not None and (lower > 0 or upper < 0)


def _thresholds(desk: Desk, months: int, family: str | None) -> ThresholdCard:
    frame, threshold = desk.frame, load_validity(desk.frame.settings).thresholds[0]
    result = desk.report(
        "score_thresholds",
        threshold=threshold.code,
        after_months=months,
        job_family=family or "all",
    )
    found = [_estimate(row, "difference", "difference") for row in result.rows]
    scale = axis([estimate for estimate in found if estimate is not None])
    lines = [
        ThresholdLine(
            frame.label("dimension", row["dimension_code"]),
            scale.mark(estimate) if estimate else None,
            row,
        )
        for row, estimate in zip(result.rows, found, strict=True)
    ]
    n_tests = count(result.rows[0], "n_tests") if result.rows else None
    return ThresholdCard(_high_title(frame, lines), threshold, lines, scale, result, n_tests)


def _high_title(frame: Frame, lines: Sequence[ThresholdLine]) -> str:
    """The finding: dimensions whose high scorers are rated well more often, beyond chance."""
    shown = [line for line in lines if line.difference]
    if not shown:
        return frame.t("validity.high_few")
    sure = [line.name for line in shown if _is_better(line.row)]
    if not sure:
        return frame.t("validity.high_none")
    return frame.t("validity.high_some", what=frame.t("before.and").join(sure))


def _is_better(row: Row) -> bool:
    """Whether high scorers do better, beyond chance among all tests of the family (Holm)."""
    p, difference = figure(row, "holm_p_value"), figure(row, "difference")
    return p is not None and p < SIGNIFICANT and (difference or 0.0) > 0


def _proposal(desk: Desk) -> ProposalCard | None:
    result = desk.report("weight_proposals")
    if not result.rows:
        return None
    first = result.rows[0]
    rows = [row for row in result.rows if row["proposal_id"] == first["proposal_id"]]
    pairs = [(figure(r, "weight_now") or 0.0, figure(r, "weight_proposed") or 0.0) for r in rows]
    largest = max(max(pair) for pair in pairs)
    lines = [
        WeightLine(
            desk.frame.label("dimension", word(row, "dimension_code")),
            now,
            proposed,
            share(now, largest),
            share(proposed, largest),
        )
        for row, (now, proposed) in zip(rows, pairs, strict=True)
    ]
    return ProposalCard(first, lines, result)
