"""Interviewers, scores, the best persons, and what scores say of performance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from bench.reports_peer.company import Company, days_between, local
from bench.reports_peer.statistics import SCORECARD_HOURS, Z

DIMENSIONS = ["communication", "logic", "professionalism", "teamwork", "stress", "culture"]


def interviewer_load(company: Company) -> pd.DataFrame:
    seats = company.read(
        "intermediate.int_interview__keep_newest",
        "interview_key, interviewer_keys, status_code, interview_type_code",
    )
    seats = seats[(seats["status_code"] == "completed") & (seats["interview_type_code"] != "ai")]
    seats = seats[["interview_key", "interviewer_keys"]].explode("interviewer_keys").dropna()
    held = company.read("fct_interview", "interview_key, application_key, started_at, ended_at")
    held = held[held["ended_at"].notna() & held["application_key"].isin(company.applications.index)]
    seats = seats.rename(columns={"interviewer_keys": "interviewer"}).merge(held)
    cards = company.read(
        "fct_dimension_score",
        "interview_key, scorer_key as interviewer, scored_at, scorer_type_code",
    )
    cards = cards[(cards["scorer_type_code"] == "person") & cards["interview_key"].notna()]
    cards = cards.groupby(["interview_key", "interviewer"])["scored_at"].min().reset_index()
    rows = seats.merge(cards, how="left", on=["interview_key", "interviewer"])
    due = rows["ended_at"] + pd.Timedelta(hours=SCORECARD_HOURS)
    is_due, missing = due <= company.as_of, rows["scored_at"].isna()
    rows["due"] = is_due
    rows["overdue"] = is_due & (missing | (rows["scored_at"] > due))
    rows["missing"] = rows["overdue"] & missing
    rows["hours"] = days_between(rows["started_at"], rows["ended_at"]) * 24
    started = local(rows["started_at"], company.zone)
    rows["week_on"] = started.dt.to_period("W-SUN").dt.start_time
    this = company.as_of.tz_convert(company.zone).tz_localize(None).to_period("W-SUN").start_time
    rows = rows[(rows["week_on"] < this) & (rows["week_on"] >= this - pd.Timedelta(weeks=12))]
    weeks = rows.groupby(["interviewer", "week_on"])["hours"].sum().round(6)
    groups = rows.groupby("interviewer")
    out = pd.DataFrame({
        "n_interviews": groups.size(), "interview_hours": weeks.groupby("interviewer").sum(),
        "busiest_week_hours": weeks.groupby("interviewer").max(),
        "n_scorecards_due": groups["due"].sum(), "n_scorecards_overdue": groups["overdue"].sum(),
        "n_scorecards_missing": groups["missing"].sum(),
    })  # fmt: skip
    out["hours_per_week"] = out["interview_hours"] / 12
    people = company.read("dim_employee", "employee_key, employee_id").set_index("employee_key")
    return out.assign(interviewer_id=people["employee_id"].reindex(out.index))


def score_distribution(company: Company) -> pd.DataFrame:
    rows = company.read(
        "fct_dimension_score", "application_key, dimension_code, score_0_1, scored_at"
    )
    at, last = local(rows["scored_at"], company.zone), company.last_month
    rows = rows[(at >= last - pd.DateOffset(months=11)) & (at < last + pd.DateOffset(months=1))]
    rows = rows[rows["application_key"].isin(company.applications.index)]
    bands = np.minimum(np.floor((10 * rows["score_0_1"]).round(9)), 9).astype(int) * 10
    counted = pd.crosstab(rows["dimension_code"], bands).reindex(
        columns=range(0, 100, 10), fill_value=0
    )
    out = counted.rename_axis("from_points", axis=1).stack().rename("n").reset_index()
    groups = rows.groupby("dimension_code")["score_0_1"]
    out["n_total"] = out["dimension_code"].map(groups.size())
    out["mean_points"] = out["dimension_code"].map(100 * groups.mean())
    return out.assign(share=out["n"] / out["n_total"])


def top_ten(company: Company) -> pd.DataFrame:
    names = {f"{code}_score_0_100": code for code in DIMENSIONS}
    rows = company.read("talent_profile", "person_key, " + ", ".join(names))
    rows = rows.rename(columns=names).melt(
        "person_key", var_name="dimension_code", value_name="score_0_100"
    ).dropna(subset=["score_0_100"])  # fmt: skip
    # Halves away from zero, as they are shown.
    shown = np.floor(rows["score_0_100"] * 10 + 0.5 + 1e-9)
    groups = shown.groupby(rows["dimension_code"])
    rows["rank"] = groups.rank(method="min", ascending=False)
    rows["n_persons"] = groups.transform("size")
    return rows[(rows["rank"] <= 10) & (rows["n_persons"] >= 20)]


def interview_validity(company: Company) -> pd.DataFrame:
    pairs = company.read(
        "fct_score_outcome",
        "dimension_code, job_family_code, months, score_0_1, overall_score_0_100, rating_z",
    )
    pairs = pairs[(pairs["months"] == 6) & pairs["rating_z"].notna()]
    pairs = pairs.dropna(subset=["job_family_code"])
    scores = company.read("fct_application_dimension", "*")
    family = company.applications["job_family_code"]
    scores = scores[scores["application_key"].map(family).notna()]
    spread = scores.groupby("dimension_code")["score_0_1"].std()
    people = company.employments
    people = people[people["application_key"].map(family).notna()]
    mature = people["hired_on"] + pd.DateOffset(months=6) <= people["observed_on"]
    out = []
    for dimension, rows in pairs.groupby("dimension_code"):
        n, score, rating = len(rows), rows["score_0_1"], rows["rating_z"]
        r, rho = score.corr(rating), score.rank().corr(rating.rank())
        ends = np.tanh(np.arctanh(r) + np.array([-1, 1]) * Z / np.sqrt(n - 3))
        wide = Z * np.sqrt((1 + rho**2 / 2) / (n - 3))
        u = spread[dimension] / score.std()
        overall = rows["overall_score_0_100"]
        known = overall.notna()
        own, shared = score[known].corr(rating[known]), score.corr(overall)
        whole = overall.corr(rating)

        def corrected(value: Any, u: float = u) -> Any:
            return value * u / np.sqrt(1 + value**2 * (u**2 - 1))

        out.append({
            "dimension_code": dimension, "n": n, "n_hired": int(mature.sum()),
            "coverage_rate": n / mature.sum(), "pearson_r": r, "pearson_lower": ends[0],
            "pearson_upper": ends[1], "spearman_r": rho,
            "spearman_lower": np.tanh(np.arctanh(rho) - wide),
            "spearman_upper": np.tanh(np.arctanh(rho) + wide), "restriction_u": u,
            "corrected_r": corrected(r), "corrected_lower": corrected(ends[0]),
            "corrected_upper": corrected(ends[1]),
            "delta_r2": (own - whole * shared) ** 2 / (1 - shared**2),
        })  # fmt: skip
    return pd.DataFrame(out)
