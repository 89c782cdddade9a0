"""Counts and rates of what happens after hiring, by plain counting over what is visible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from connectors.sandbox.company.company import Company
from connectors.sandbox.company.truth_frames import Frames
from connectors.sandbox.company.truth_hiring import Figures, counts, ratio
from connectors.sandbox.company.vocabulary import DIMENSIONS, WEIGHTS

HIGH_POTENTIAL, LEAST_DIMENSIONS, RETENTION_DAYS = 80.0, 4, 90

DEFINITIONS = {
    "records": "Visible records per entity.",
    "persons": "Different persons: among candidate profiles (duplicates joined); and with employees "
    "who have no profile.",
    "employees": "Employments by state; exits by kind; rehires are second employments of a person.",
    "joins": "Counted applications with an accepted offer (reneged ones included), by agreed first "
    "day: pending = still ahead; due = come; started = due with an employment that began.",
    "retention_90d": "Of starters through counted applications, by channel of the application and "
    "for all: share still employed after 90 days by Kaplan-Meier; days from the first to the "
    "last day; who is still here is censored at today (Asia/Shanghai). observed = started 90 "
    "days ago or more.",
    "interviews": "Interviews by state and kind; scores that count by kind of scorer.",
    "high_potential": "Applications of any kind with scores on at least four dimensions whose "
    "overall score is 80 or more: 100 x weighted mean, weights renormalised over the "
    "dimensions present, of the mean score per dimension, rounded to two decimals.",
    "labels": "performance_6m: employments that began through an application, with a month_6 review, "
    "and those rated 0.75 of the scale or more. probation_attrition: those whose probation "
    "ended before today, and those that ended within it.",
}


def work_figures(
    company: Company, at: datetime, frames: Frames, planted: Mapping[str, Any]
) -> Figures:
    """Figures by the names in DEFINITIONS."""
    return {
        "records": {entity: company.visible(entity, at).num_rows for entity in company.tables},
        "persons": _persons(company, at, frames, planted),
        "employees": _employees(frames),
        "joins": _joins(frames),
        "retention_90d": _retention(frames),
        "interviews": _interviews(company, at),
        "high_potential": _high_potential(company, at),
        "labels": _labels(company, at, frames),
    }


def _persons(company: Company, at: datetime, frames: Frames, planted: Mapping[str, Any]) -> Figures:
    visible = set(company.visible("candidate", at)["source_id"].to_pylist())
    groups = [len(visible.intersection(group["candidate_ids"])) for group in planted["duplicates"]]
    among_candidates = len(visible) - sum(n - 1 for n in groups if n > 1)
    applied = frames.employees.dropna(subset=["application_id"])["person_no"]
    known = set(applied) | {
        person_no
        for candidate, person_no in planted["staff_profiles"].items()
        if candidate in visible
    }
    return {
        "among_candidates": among_candidates,
        "duplicate_groups": sum(n > 1 for n in groups),
        "with_employees": among_candidates + len(set(frames.employees["person_no"]) - known),
    }


def _employees(frames: Frames) -> Figures:
    employees = frames.employees
    return {
        "by_status": counts(employees["status_code"]),
        "through_an_application": int(employees["application_id"].notna().sum()),
        "exits": counts(employees["termination_type"]),
        "rehires": int(employees["is_rehire"].sum()),
    }


def _started(frames: Frames) -> pd.DataFrame:
    """Employments that began through a counted application, with its channel."""
    employees = frames.employees[frames.employees["status_code"] != "not_started"]
    counted = frames.counted[["source_channel_code"]]
    out = employees.join(counted, on="application_id", how="inner")
    return out[(out["hired_on"] <= frames.today) & ~(out["terminated_on"] < out["hired_on"])]


def _joins(frames: Frames) -> Figures:
    offers = frames.offers[frames.offers.index.isin(frames.counted.index)]
    taken = offers[offers["status_code"].isin(["accepted", "reneged"])]
    pending = taken["start_on"] > frames.today
    began = taken.index.isin(_started(frames)["application_id"])
    due = len(taken) - int(pending.sum())
    started = int((~pending & began).sum())
    return {
        "accepted": len(taken),
        "pending": int(pending.sum()),
        "due": due,
        "started": started,
        "join_rate": ratio(started, due),
    }


def _retention(frames: Frames) -> Figures:
    started = _started(frames)
    today = frames.today
    has_left = started["terminated_on"] <= today
    end = started["terminated_on"].where(has_left, today)
    followed = (end - started["hired_on"]).dt.days
    observed = (today - started["hired_on"]).dt.days >= RETENTION_DAYS
    out = {"all": _survival(followed, has_left, observed)}
    for channel, rows in started.groupby("source_channel_code"):
        index = rows.index
        out[str(channel)] = _survival(followed[index], has_left[index], observed[index])
    return out


def _survival(followed: pd.Series, has_left: pd.Series, observed: pd.Series) -> Figures:
    """Kaplan-Meier: at each day of an exit the survivors shrink by exits / still followed."""
    share = 1.0
    early = followed[has_left & (followed <= RETENTION_DAYS)]
    for day, n in early.value_counts().sort_index().items():
        share *= 1 - int(n) / int((followed >= day).sum())
    return {"starters": len(followed), "observed": int(observed.sum()), "retention_rate": share}


def _interviews(company: Company, at: datetime) -> Figures:
    shown = company.visible("interview", at).select(["interview_type", "status_code"]).to_pandas()
    scorers = _assessments(company, at)["scorer_type"]
    return {
        "by_status": counts(shown["status_code"]),
        "by_type": counts(shown["interview_type"]),
        "scores": counts(scorers),
    }


def _assessments(company: Company, at: datetime) -> pd.DataFrame:
    """Scores that count; second opinions and re-runs do not."""
    columns = ["application_id", "dimension_code", "score_0_1", "scorer_type", "score_purpose_code"]
    frame: pd.DataFrame = company.visible("dimension_score", at).select(columns).to_pandas()
    return frame[frame["score_purpose_code"] == "assessment"]


def overall_scores(company: Company, at: datetime) -> pd.Series:
    """Overall score (0..100) per application with enough dimensions scored."""
    frame = _assessments(company, at)
    means = frame.groupby(["application_id", "dimension_code"])["score_0_1"].mean().unstack()
    means = means.reindex(columns=list(DIMENSIONS))
    means = means[means.notna().sum(axis=1) >= LEAST_DIMENSIONS]
    weights = pd.Series(_weights(DIMENSIONS, WEIGHTS))
    total = (means.notna() * weights).sum(axis=1)
    scored: pd.Series = (100 * (means * weights).sum(axis=1) / total).round(2)
    return scored


def _weights(names: Sequence[str], weights: Sequence[float]) -> dict[str, float]:
    return dict(zip(names, weights, strict=True))


def _high_potential(company: Company, at: datetime) -> Figures:
    scores = overall_scores(company, at)
    return {"scored": len(scores), "at_least_80": int((scores >= HIGH_POTENTIAL).sum())}


def _labels(company: Company, at: datetime, frames: Frames) -> Figures:
    employees = frames.employees
    began = employees[
        employees["application_id"].notna() & (employees["status_code"] != "not_started")
    ]
    reviews = company.visible("performance_review", at)
    reviews = reviews.select(["employee_id", "review_type", "rating_0_1"]).to_pandas()
    rated = reviews[
        (reviews["review_type"] == "month_6") & reviews["employee_id"].isin(began["source_id"])
    ]
    mature = began[began["probation_end_on"] < frames.today]
    left = mature["terminated_on"] <= mature["probation_end_on"]
    return {
        "performance_6m": {"n": len(rated), "positive": int((rated["rating_0_1"] >= 0.75).sum())},
        "probation_attrition": {"n": len(mature), "positive": int(left.sum())},
    }
