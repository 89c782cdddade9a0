"""Funnel and hire rates."""

from __future__ import annotations

import numpy as np
import pandas as pd
from lifelines.utils import qth_survival_time

from bench.reports_peer.company import Company, recent, window
from bench.reports_peer.statistics import STAGES, kaplan_meier, wilson


def funnel(company: Company) -> pd.DataFrame:
    apps = company.applications[recent(company.applications, company)]
    rows = company.spells[company.spells["application_key"].isin(apps.index)]
    furthest = rows.groupby("application_key")["stage_rank"].max()
    rows = rows.sort_values("sequence")
    per = rows.groupby(["application_key", "stage_code", "stage_rank"]).agg(
        still=("is_open", "any"), way=("exit_type_code", "last")
    ).reset_index()  # fmt: skip
    reached = np.maximum(
        per["application_key"].map(furthest),
        per["application_key"].map(apps["furthest_stage_rank"]).fillna(0),
    )
    per["way"] = per["way"].fillna("open").mask(per["still"], "open")
    per["way"] = per["way"].mask(reached > per["stage_rank"], "advanced")
    out = per.groupby(["stage_code", "way"]).size().unstack(fill_value=0)
    ways = ["advanced", "rejected", "withdrawn", "moved_back", "open"]
    out = out.reindex(columns=ways, fill_value=0).add_prefix("n_")
    out["n_entered"] = out.sum(axis=1)
    out["n_resolved"] = out["n_entered"] - out["n_open"]
    out["pass_rate"] = out["n_advanced"] / out["n_resolved"]
    times = company.stage_times
    times = times[times["application_key"].isin(apps.index) & (times["duration_days"] > 0)]
    for stage, waits in times.groupby("stage_code"):
        fit = kaplan_meier(waits["duration_days"], waits["outcome_code"].notna())
        median = qth_survival_time(0.5, fit.survival_function_.round(10))
        out.loc[stage, "median_days"] = np.nan if np.isinf(median) else median
    return out.reset_index()


_COHORT = ["cohort_month_on", "unit", "job_family_code", "source_channel_code", "stage_code"]


def _flow(apps: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    parts = []
    for rank, stage in enumerate(STAGES, start=1):
        rows = apps[apps["furthest_stage_rank"] >= rank]
        here = rows["furthest_stage_rank"] == rank
        way = rows["outcome"].fillna("open")
        advanced = (rows["furthest_stage_rank"] > rank) | (way == "hired")
        flags = rows[by].assign(
            n_entered=1,
            n_advanced=advanced,
            n_rejected=here & way.isin(["rejected", "job_closed"]),
            n_job_closed=here & (way == "job_closed"),
            n_withdrawn=here & (way == "withdrawn"),
            n_open=here & (way == "open"),
            n_reopened=rows["is_reopened"],
        )
        counted = flags.groupby(by, dropna=False).sum() if by else flags.sum().to_frame().T
        parts.append(counted.reset_index(drop=not by).assign(stage_code=stage))
    return pd.concat(parts, ignore_index=True)


def hiring_funnel(company: Company) -> pd.DataFrame:
    apps = company.applications[recent(company.applications, company)]
    out = _flow(apps, _COHORT[:-1])
    rows = company.spells[recent(company.spells, company)]
    rows = rows[~rows["is_open"] & (rows["duration_days"] > 0)]
    medians = rows.groupby(_COHORT, dropna=False)["duration_days"].median().rename("median_days")
    out = out.merge(medians.reset_index(), how="left", on=_COHORT)
    out["department_id"] = out["unit"].map(company.units)
    return out


def stage_pass(company: Company) -> pd.DataFrame:
    apps = company.applications
    out = _flow(apps[window(company, apps["cohort_month_on"])], [])
    out = out[out["stage_code"] != "hired"].copy()
    out["n_resolved"] = out["n_entered"] - out["n_open"]
    judged = out["n_resolved"] - out["n_job_closed"]
    out["pass_rate"] = out["n_advanced"] / out["n_resolved"]
    for name, side in (("lower", -1), ("upper", 1)):
        out[f"pass_rate_{name}"] = wilson(out["n_advanced"], out["n_resolved"], side)
    out["judged_pass_rate"] = out["n_advanced"] / judged
    return out


def cohort_hire_rate(company: Company) -> pd.DataFrame:
    groups = company.applications.groupby("cohort_month_on")
    out = pd.DataFrame({
        "n_applications": groups.size(), "n_hired": groups["is_hired"].sum(),
        "n_open": groups["is_open"].sum(),
    })  # fmt: skip
    out["hire_rate"] = out["n_hired"] / (out["n_applications"] - out["n_open"])
    out["open_share"] = out["n_open"] / out["n_applications"]
    return out.tail(10).reset_index()
