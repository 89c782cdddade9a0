"""What a model advises about a person, laid out so that nobody takes it for a fact."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from ml import list_models
from portal.cards import Desk
from portal.charts.small import Interval, interval
from portal.frame import Frame
from portal.views.values import figure, word
from talentloop.codes import Lang
from talentloop.reports.privacy import Row
from talentloop.reports.text import number

#: An interval this wide, or one that holds the base rate, supports no decision on its own.
WIDE = 0.25


@dataclass(frozen=True)
class Reason:
    """One feature's contribution in points of probability."""

    label: str
    value: str
    points: float


@dataclass(frozen=True)
class Advice:
    """One model's advice."""

    model: str
    title: str
    meaning: str
    version: str
    probability: float
    lower: float
    upper: float
    base_rate: float
    mark: Interval
    base_mark: float
    reasons: list[Reason]
    is_weak: bool
    scored_at: datetime | None
    application_id: str


def read_advice(desk: Desk, person_key: str) -> list[Advice]:
    """The newest advice of each declared model about a person."""
    frame = desk.frame
    rules = {rule.name: rule for rule in list_models(frame.settings)}
    found = []
    for row in desk.report("person_predictions", person=person_key).rows:
        rule = rules.get(str(row["model_name"]))
        names = {f.name: _text(f.title, frame.lang) for f in rule.features} if rule else {}
        title = _text(rule.title, frame.lang) if rule else str(row["model_name"])
        meaning = _text(rule.label.meaning, frame.lang) if rule else ""
        found.append(_advice(frame, row, title, meaning, names))
    return found


def _text(pair: object, lang: Lang) -> str:
    return str(getattr(pair, lang))


def _advice(frame: Frame, row: Row, title: str, meaning: str, names: dict[str, str]) -> Advice:
    probability, base = figure(row, "probability") or 0.0, figure(row, "base_rate") or 0.0
    lower, upper = figure(row, "lower") or 0.0, figure(row, "upper") or 0.0
    scored = row["scored_at"]
    return Advice(
        str(row["model_name"]),
        title,
        meaning,
        str(row["model_version"]),
        probability,
        lower,
        upper,
        base,
        interval(probability, lower, upper, 1.0),
        round(100 * base, 2),
        [_reason(frame, item, names) for item in json.loads(word(row, "reasons") or "[]")],
        upper - lower >= WIDE or lower <= base <= upper,
        scored if isinstance(scored, datetime) else None,
        str(row["application_id"]),
    )


def _reason(frame: Frame, item: dict[str, object], names: dict[str, str]) -> Reason:
    feature, points = str(item["feature"]), item["points"]
    label = frame.t("advice.other") if feature == "other" else names.get(feature, feature)
    return Reason(
        label, _value(frame, feature, item), float(points) if isinstance(points, int | float) else 0
    )


def _value(frame: Frame, feature: str, item: dict[str, object]) -> str:
    """The value that the model read, in words."""
    value = item.get("value")
    if feature == "other":
        return ""
    if value is None:
        return frame.t("advice.missing")
    if feature in ("source_channel_code", "job_family_code"):
        return frame.label(feature.removesuffix("_code"), value)
    if isinstance(value, int | float):
        return _measure(frame, feature, value, item.get("percentile"))
    return str(value)


def _measure(frame: Frame, feature: str, value: float, percentile: object) -> str:
    if feature == "education_rank":
        levels = frame.codes.codes("education_level")
        return frame.label("education_level", levels[min(int(value), len(levels) - 1)])
    shown = number(100 * value, 0) if feature.endswith("_0_1") else f"{round(value, 2):g}"
    if isinstance(percentile, int | float):
        place = min(max(round(percentile), 1), 99)
        return frame.t("advice.value_at", value=shown, percentile=place)
    return shown
