"""What leaves the warehouse: the tables that models and write-back read, and what they must hold."""

from __future__ import annotations

from dataclasses import dataclass, field

from expectations.rules import AtLeast, Rule

Bounds = tuple[float | None, float | None]

_SHARE: Bounds = (0, 1)
_POINTS: Bounds = (0, 100)
_COUNT: Bounds = (0, None)

DIMENSIONS = ("communication", "logic", "professionalism", "teamwork", "stress", "culture")


@dataclass(frozen=True)
class TableSpec:
    """A table at a door.

    Attributes:
        name: relation in the published copy.
        columns: all columns, in order.
        key: columns that together are unique.
        required: columns that are never empty, beside the key.
        ranges: bounds of numbers, inclusive.
        may_be_empty: whether having no rows is fine.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    required: tuple[str, ...] = ()
    ranges: dict[str, Bounds] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    may_be_empty: bool = True


_SCORES = tuple(f"{d}_score_0_1" for d in DIMENSIONS)
FEATURES = (
    *_SCORES, "n_interviews", "n_scorers", "score_spread", "years_experience", "education_rank",
    "is_internal", "source_channel_code", "job_family_code", "days_to_decision", "n_reschedules",
    "n_skills",
)  # fmt: skip


def feature_table(model_name: str) -> TableSpec:
    """The inputs of a model, labels included."""
    return TableSpec(
        name=f"feat_{model_name}__asof",
        columns=(
            "application_key", "person_key", "requisition_key", "source", "application_id",
            "decision_at", *FEATURES, "label", "label_available_at", "is_mature", "is_trainable",
            "is_scorable",
        ),
        key=("application_key",),
        required=("decision_at", "is_mature", "is_trainable", "is_scorable"),
        ranges={
            **dict.fromkeys(_SCORES, _SHARE),
            **dict.fromkeys(("n_interviews", "n_scorers", "n_reschedules", "n_skills"), _COUNT),
            "score_spread": _COUNT,
            "days_to_decision": _COUNT,
            "years_experience": (0, 70),
            "education_rank": (0, 3),
        },
        may_be_empty=False,
    )  # fmt: skip


EXPORTS: dict[str, tuple[TableSpec, ...]] = {
    "successfactors": (
        TableSpec(
            name="exp_successfactors__interview_result",
            columns=(
                "source", "application_id", "overall_score_0_100", *(f"{d}_0_100" for d in DIMENSIONS),
                "n_scorers", "last_scored_at", "rule_version",
            ),
            key=("source", "application_id"),
            required=("rule_version",),
            ranges={
                "overall_score_0_100": _POINTS,
                **{f"{d}_0_100": _POINTS for d in DIMENSIONS},
                "n_scorers": _COUNT,
            },
        ),
        TableSpec(
            name="exp_successfactors__interview_report",
            columns=(
                "source", "application_id", "overall_stars_0_5", "remark", "report_uri", "evaluated_at",
            ),
            key=("source", "application_id"),
            required=("remark", "evaluated_at"),
            ranges={"overall_stars_0_5": (0, 5)},
        ),
        TableSpec(
            name="exp_successfactors__high_potential_tag",
            columns=("source", "application_id", "is_high_potential", "overall_score_0_100", "rule_version"),
            key=("source", "application_id"),
            required=("is_high_potential", "overall_score_0_100", "rule_version"),
            ranges={"overall_score_0_100": _POINTS},
        ),
        TableSpec(
            name="exp_successfactors__prediction",
            columns=(
                "source", "application_id", "model_name", "model_version", "probability", "lower", "upper",
                "scored_at",
            ),
            key=("source", "application_id", "model_name"),
            required=("model_version", "probability", "lower", "upper", "scored_at"),
            ranges=dict.fromkeys(("probability", "lower", "upper"), _SHARE),
            rules=(AtLeast("probability", "lower"), AtLeast("upper", "probability")),
        ),
    ),
    "yonyou": (
        TableSpec(
            name="exp_yonyou__interview_result",
            columns=(
                "result_key", "source", "overall_score_0_100", *(f"{d}_0_100" for d in DIMENSIONS),
                "n_scorers", "last_scored_at", "rule_version",
            ),
            key=("result_key",),
            required=("source", "rule_version"),
            ranges={
                "overall_score_0_100": _POINTS,
                **{f"{d}_0_100": _POINTS for d in DIMENSIONS},
                "n_scorers": _COUNT,
            },
        ),
        TableSpec(
            name="exp_yonyou__interview_report",
            columns=("result_key", "source", "overall_stars_0_5", "remark", "report_uri"),
            key=("result_key",),
            required=("source", "remark"),
            ranges={"overall_stars_0_5": (0, 5)},
        ),
        TableSpec(
            name="exp_yonyou__high_potential_tag",
            columns=("result_key", "source", "is_high_potential"),
            key=("result_key",),
            required=("source", "is_high_potential"),
        ),
    ),
}  # fmt: skip
