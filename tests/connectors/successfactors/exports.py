"""Exports for applications of the stand-in tenant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa

from talentloop.settings import Settings
from tests.published_copy import publish_tables

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
SCORED = datetime(2026, 10, 20, 8, 30, 0, 123456, tzinfo=UTC)
DIMENSIONS = ("communication", "logic", "professionalism", "teamwork", "stress", "culture")


def score_of(key: str) -> float:
    """A score from 60 to 99, and exactly 80 for some."""
    return 60.0 + int(key) % 40


def publish_exports(
    settings: Settings, keys: Sequence[str], shift: float = 0.0, source: str = "successfactors"
) -> None:
    """Publish all exports for a source's applications; `shift` restates every score."""
    scores = [score_of(key) + shift for key in keys]
    n = len(keys)
    rule = pa.array(["1"] * n)
    result = {
        "source": pa.array([source] * n),
        "application_id": pa.array(keys, pa.string()),
        "overall_score_0_100": pa.array(scores, pa.float64()),
        **{f"{d}_0_100": pa.array(scores, pa.float64()) for d in DIMENSIONS},
        "n_scorers": pa.array([2] * n, pa.int32()),
        "last_scored_at": pa.array([SCORED] * n, pa.timestamp("us", "UTC")),
        "rule_version": rule,
    }
    tag = {
        "source": result["source"],
        "application_id": result["application_id"],
        "is_high_potential": pa.array([score >= 80 for score in scores]),
        "overall_score_0_100": result["overall_score_0_100"],
        "rule_version": rule,
    }
    report = {
        "source": result["source"],
        "application_id": result["application_id"],
        "overall_stars_0_5": pa.array([4.0] * n, pa.float64()),
        "remark": pa.array(["表达清楚"] * n),
        "report_uri": pa.array([f"https://hire.example/i/{key}" for key in keys], pa.string()),
        "evaluated_at": result["last_scored_at"],
    }
    models = ["performance_6m", "probation_attrition"]
    advice = {
        "source": pa.array([source] * 2 * n),
        "application_id": pa.array([key for key in keys for _ in models], pa.string()),
        "model_name": pa.array(models * n),
        "model_version": pa.array(["3"] * 2 * n),
        "probability": pa.array([0.61239, 0.08] * n),
        "lower": pa.array([0.5, 0.02] * n),
        "upper": pa.array([0.7, 0.2] * n),
        "scored_at": pa.array([SCORED] * 2 * n, pa.timestamp("us", "UTC")),
    }
    tables = {
        "exp_successfactors__interview_result": pa.table(result),
        "exp_successfactors__interview_report": pa.table(report),
        "exp_successfactors__high_potential_tag": pa.table(tag),
        "exp_successfactors__prediction": pa.table(advice),
    }
    publish_tables(settings, tables, AS_OF)
