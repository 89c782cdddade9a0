"""One person: who, which application, scores with their uncertainty, advice, work since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from interview.evaluation.notice import of_applications
from portal.cards import Desk
from portal.charts.small import Interval, interval
from portal.frame import Frame
from portal.views.advice import Advice, read_advice
from portal.views.talent import names_of
from portal.views.values import count, figure, find
from talentloop.config import load_model
from talentloop.ops.models import InterviewEvaluation
from talentloop.reports import ParameterError, ReportResult
from talentloop.reports.privacy import Row
from talentloop.warehouse.portraits import DEFAULT, Portrait, PortraitVersion, load_portrait
from talentloop.warehouse.rules import HighPotential


@dataclass(frozen=True)
class Step:
    """A stage on the line: where the application was, is, or did not come."""

    label: str
    state: str  # done, now, out, todo
    when: datetime | None
    days: float | None
    limit: int | None

    @property
    def is_late(self) -> bool:
        """Whether it waits longer than the limit of its stage."""
        return self.state == "now" and self.limit is not None and (self.days or 0) > self.limit


@dataclass(frozen=True)
class Scorer:
    """Someone who scored; people are lettered in the order of their scores."""

    key: str
    label: str
    kind: str
    when: datetime | None


@dataclass(frozen=True)
class Dimension:
    """A dimension with its mean, interval and every scorer's score (0..100)."""

    code: str
    weight: float
    mean: float | None
    mark: Interval | None
    lower: float | None
    upper: float | None
    n: int
    scores: list[float | None]
    spread: float | None
    percentile: int | None
    n_peers: int


@dataclass(frozen=True)
class PersonPage:
    """Everything on the page."""

    name: str | None
    profile: Row
    steps: list[Step]
    scorers: list[Scorer]
    dimensions: list[Dimension]
    weight_used: float
    portrait: Portrait
    weighed: PortraitVersion
    tag: HighPotential
    advice: list[Advice]
    dimension_result: ReportResult
    scores: ReportResult
    applications: ReportResult
    interviews: ReportResult
    evaluated: Sequence[InterviewEvaluation]
    employment: ReportResult
    reviews: ReportResult


def person_page(desk: Desk, person_key: str) -> PersonPage | None:
    """The page of a person, or None when there is no such person."""
    settings = desk.frame.settings
    profile = desk.report("person_profile", person=person_key).one()
    if profile is None:
        return None
    portrait = load_portrait(settings, DEFAULT)
    weighed = portrait.at(settings.clock.now())
    summary = desk.report("person_dimensions", person=person_key)
    scores = desk.report("person_scores", person=person_key)
    applications = desk.report("person_applications", person=person_key)
    scorers = _scorers(desk.frame, scores.rows)
    dimensions = _dimensions(weighed, summary.rows, scores.rows, scorers)
    return PersonPage(
        names_of(settings, [person_key]).get(person_key),
        profile,
        _steps(desk, person_key, profile),
        scorers,
        dimensions,
        sum(d.weight for d in dimensions if d.mean is not None),
        portrait,
        weighed,
        load_model(settings.config / "rules" / "high_potential.yml", HighPotential),
        read_advice(desk, person_key),
        summary,
        scores,
        applications,
        desk.report("person_interviews", person=person_key),
        of_applications(
            settings, {(str(r["source"]), str(r["application_id"])) for r in applications.rows}
        ),
        desk.report("person_employment", person=person_key),
        desk.report("person_reviews", person=person_key),
    )


def _steps(desk: Desk, person_key: str, profile: Row) -> list[Step]:
    frame, rows = desk.frame, desk.report("person_stages", person=person_key).rows
    reached = [i for i, row in enumerate(rows) if row["entered_at"] is not None]
    last, is_open = max(reached, default=-1), profile["status_code"] == "open"
    steps = []
    for index, row in enumerate(rows):
        state = "done" if index <= last else "todo"
        if index == last and is_open:
            state = "now"
        elif index == last and profile["status_code"] in ("rejected", "withdrawn"):
            state = "out"
        when = row["entered_at"]
        stage = str(row["stage_code"])
        steps.append(
            Step(
                frame.label("stage", stage),
                state,
                when if isinstance(when, datetime) else None,
                figure(row, "days"),
                frame.options.stage_limits_days.get(stage),
            )
        )
    return steps


def _scorers(frame: Frame, rows: Sequence[Row]) -> list[Scorer]:
    """Scorers in the order of their first score, AI first; people are given letters."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(str(row["scorer_key"]), row)
    found, letter = [], ord("A")
    for key, row in sorted(first.items(), key=lambda item: item[1]["scorer_type_code"] != "ai"):
        kind = str(row["scorer_type_code"])
        label = frame.t("person.ai")
        if kind != "ai":
            label, letter = frame.t("person.interviewer", letter=chr(letter)), letter + 1
        when = row["scored_at"]
        found.append(Scorer(key, label, kind, when if isinstance(when, datetime) else None))
    return found


def _dimensions(
    weighed: PortraitVersion,
    summary: Sequence[Row],
    scores: Sequence[Row],
    scorers: Sequence[Scorer],
) -> list[Dimension]:
    """One entry per dimension of the portrait, heaviest first; unscored ones stay in the list."""
    weights = sorted(weighed.weights.items(), key=lambda item: -item[1])
    return [_dimension(code, w, find(summary, "dimension_code", code), scores, scorers)
            for code, w in weights]  # fmt: skip


def _dimension(
    code: str, weight: float, row: Row | None, scores: Sequence[Row], scorers: Sequence[Scorer]
) -> Dimension:
    given = [_mean_of(scores, code, scorer.key) for scorer in scorers]
    known = [value for value in given if value is not None]
    mean = figure(row, "score_0_100")
    lower, upper = figure(row, "score_lower_0_100"), figure(row, "score_upper_0_100")
    percentile = figure(row, "percentile")
    return Dimension(
        code,
        weight,
        mean,
        interval(mean, lower, upper, 100) if mean is not None else None,
        lower,
        upper,
        count(row, "n_scores") or 0,
        given,
        max(known) - min(known) if len(known) > 1 else None,
        round(percentile) if percentile is not None else None,
        count(row, "n_peers") or 0,
    )


def _mean_of(scores: Sequence[Row], code: str, scorer: str) -> float | None:
    values = [
        figure(row, "score_0_100")
        for row in scores
        if row["dimension_code"] == code and str(row["scorer_key"]) == scorer
    ]
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def check_key(person_key: str) -> str:
    """A person key as it may stand in an address.

    Raises:
        ParameterError: it is none.
    """
    if not (person_key.startswith("p_") and person_key[2:].isalnum() and len(person_key) < 40):
        raise ParameterError(
            "That is no person key", where="address", remedy="Find the person in the list."
        )
    return person_key
