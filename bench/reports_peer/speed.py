"""Times to hire, to fill and in stages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from lifelines.utils import qth_survival_time

from bench.reports_peer.company import (
    Company,
    both,
    days_between,
    hires_of,
    local,
    month,
    recent,
    window,
)
from bench.reports_peer.statistics import (
    MINIMUM_N,
    OPEN_SHARE,
    STAGES,
    as_counted,
    incidence,
    kaplan_meier,
    on_day,
    quantiles,
    wait_quantiles,
    wilson,
)


def time_to_hire(company: Company) -> pd.DataFrame:
    rows = hires_of(company).dropna(subset=["time_to_hire_days"])
    rows = rows[rows["month_on"].between(
        company.last_month - pd.DateOffset(months=12), company.last_month)]  # fmt: skip

    def summary(groups: Any) -> pd.DataFrame:
        days = groups["time_to_hire_days"]
        return quantiles(days).assign(n=days.size(), mean_days=days.mean())

    out = both(rows, summary).rename(columns={"month_on": "hired_month_on"})
    out["department_id"] = out["unit"].map(company.units)
    figures = [name for name in out.columns if name.endswith("_days")]
    out.loc[out["n"] < MINIMUM_N, figures] = np.nan
    return out


def time_to_hire_cohort(company: Company) -> pd.DataFrame:
    out = []
    for cohort, rows in company.applications.groupby("cohort_month_on"):
        n, n_open = len(rows), int(rows["is_open"].sum())
        hired = int((rows["outcome"] == "hired").sum())
        row: dict[str, Any] = {
            "month_on": cohort, "n": n, "n_hired": hired, "n_open": n_open,
            "n_reopened": int(rows["is_reopened"].sum()),
        }  # fmt: skip
        if n >= MINIMUM_N and n_open <= OPEN_SHARE * n:
            row["hire_rate"] = hired / (n - n_open)
            row["hire_rate_lower"] = wilson(hired, n - n_open, -1)
            row["hire_rate_upper"] = wilson(hired, n - n_open, 1)
        timed = rows[rows["engaged_days"] >= 0]
        days = as_counted(timed["engaged_days"])
        if n >= MINIMUM_N and hired:
            curve = incidence(days, timed["outcome"], "hired", interval=company.intervals)
            for day in (30, 60, 90):
                if days.max() < day and timed["is_open"][days == days.max()].any():
                    continue
                for part, name in enumerate(curve.columns):
                    start = 0 if name == "rate" else np.nan
                    row[f"hired_{day}_days_{name}"] = on_day(curve, day, part, start)
        out.append(row)
    return pd.DataFrame(out)


def _accepted(company: Company) -> pd.DataFrame:
    rows = hires_of(company).dropna(subset=["time_to_hire_days"])
    return rows[recent(rows, company, "month_on")]


def time_to_hire_by_channel(company: Company) -> pd.DataFrame:
    rows = _accepted(company)
    rows = pd.concat([rows, rows.assign(source_channel_code="all")])
    groups = rows.groupby("source_channel_code")["time_to_hire_days"]
    shares = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
    out = groups.quantile(shares).unstack()
    out.columns = [
        "p5_days", "p10_days", "p25_days", "median_days", "p75_days", "p90_days", "p95_days",
    ]  # fmt: skip
    return out.assign(n=groups.size()).reset_index()


def time_to_hire_distribution(company: Company) -> pd.DataFrame:
    steps = (_accepted(company)["time_to_hire_days"] // 5).astype(int) * 5
    counted = steps.value_counts().reindex(range(0, steps.max() + 1, 5), fill_value=0)
    return counted.rename_axis("from_days").rename("n").reset_index()


def time_to_fill(company: Company) -> pd.DataFrame:
    rows = company.read(
        "intermediate.int_opening__keep_newest",
        "opening_key, requisition_key, opened_at, filled_at, closed_at, status_code",
    ).join(company.requisitions, on="requisition_key", how="inner")
    end = rows["filled_at"].where(rows["status_code"] == "filled")
    end = end.mask(rows["status_code"] == "cancelled", rows["closed_at"]).fillna(company.as_of)
    rows["ended_at"] = end
    holds = company.read(
        "fct_requisition_spell", "requisition_key, requisition_state_code, started_at, ended_at"
    )
    holds = holds[holds["requisition_state_code"] == "on_hold"].drop(
        columns="requisition_state_code"
    )
    held = rows[["opening_key", "requisition_key", "opened_at", "ended_at"]].merge(
        holds.rename(columns={"ended_at": "resumed_at"}), on="requisition_key"
    )
    begin = held[["opened_at", "started_at"]].max(axis=1)
    resumed = held[["ended_at", "resumed_at"]].min(axis=1)
    held["days"] = days_between(begin, resumed).clip(lower=0)
    paused = rows["opening_key"].map(held.groupby("opening_key")["days"].sum()).fillna(0)
    rows["days"] = days_between(rows["opened_at"], rows["ended_at"]) - paused
    rows = rows[~rows["is_test"] & ~rows["is_evergreen"].fillna(False) & (rows["days"] >= 0)]
    rows = rows[window(company, month(local(rows["opened_at"], rows["time_zone"])))]
    rows["days"] = as_counted(rows["days"])
    out = []
    for unit, waits in rows.groupby("unit"):
        ended = waits["status_code"] == "filled"
        found = wait_quantiles(waits["days"], ended) if len(waits) >= MINIMUM_N else {}
        out.append({"department_id": company.units[unit], "n": len(waits),
                    "n_open": int((~ended).sum()), **found})  # fmt: skip
    return pd.DataFrame(out)


def stage_ageing(company: Company) -> pd.DataFrame:
    rows = company.spells[company.spells["is_open"]]
    still = company.applications["is_open"]
    rows = rows[rows["application_key"].map(still).fillna(False).astype(bool)]
    bucket = pd.cut(rows["open_days"], [0, 4, 8, 15, 31, 61, np.inf], right=False,
                    labels=range(6))  # fmt: skip
    counted = pd.crosstab(rows["stage_code"], bucket)
    counted = counted.reindex(index=STAGES[:-1], columns=range(6), fill_value=0)
    return counted.rename_axis("stage_code").rename_axis("bucket", axis=1).stack().rename(
        "n").reset_index()  # fmt: skip


def stage_survival(company: Company) -> pd.DataFrame:
    rows = company.stage_times
    rows = rows[(rows["stage_code"] == "interview") & (rows["duration_days"] > 0)]
    rows = rows[recent(rows, company)]
    days, out = np.arange(61), []
    for unit, waits in rows.groupby("unit"):
        ended = waits["outcome_code"].notna()
        fit = kaplan_meier(waits["duration_days"], ended)
        median = qth_survival_time(0.5, fit.survival_function_.round(10))
        at = fit.survival_function_.index.searchsorted(days, side="right") - 1
        sorted_days = np.sort(waits["duration_days"].to_numpy())
        out.append(pd.DataFrame({
            "department_id": company.units[unit], "day": days, "n": len(waits),
            "n_open": int((~ended).sum()), "median_days": np.nan if np.isinf(median) else median,
            "n_at_risk": len(waits) - np.searchsorted(sorted_days, days, side="right"),
            "share_waiting": fit.survival_function_.to_numpy()[at, 0],
            "share_lower": fit.confidence_interval_.to_numpy()[at, 0],
            "share_upper": fit.confidence_interval_.to_numpy()[at, 1],
        }))  # fmt: skip
    return pd.concat(out)


def stage_incidence(company: Company) -> pd.DataFrame:
    rows = company.stage_times
    rows = rows[(rows["stage_code"] == "interview") & window(company, rows["cohort_month_on"])]
    out, waits = [], as_counted(rows["duration_days"])
    for cause in rows["outcome_code"].dropna().unique():
        curve = incidence(waits, rows["outcome_code"], cause, interval=company.intervals)
        days = np.arange(min(60, int(waits.max())) + 1)
        at = curve.index.searchsorted(days, side="right") - 1
        found = pd.DataFrame(curve.to_numpy()[at], columns=curve.columns)
        found = found.add_prefix("incidence_")
        out.append(found.assign(day=days, cause_code=cause, n=len(rows),
                                n_open=int(rows["outcome_code"].isna().sum())))  # fmt: skip
    return pd.concat(out)


def stage_time(company: Company) -> pd.DataFrame:
    hired = hires_of(company)["month_on"]
    rows = company.stage_times
    rows = rows[rows["outcome_code"].notna() & (rows["duration_days"] > 0)].copy()
    rows["month_on"] = rows["application_key"].map(hired)
    out = []
    for end, suffix in ((company.last_month, ""),
                        (company.last_month - pd.DateOffset(months=12), "_last_year")):  # fmt: skip
        days = rows[rows["month_on"] == end].groupby("stage_code")["duration_days"]
        out.append(days.agg(["size", "median"]).set_axis([f"n{suffix}", f"median_days{suffix}"], axis=1))  # fmt: skip
    return pd.concat(out, axis=1).rename_axis("stage_code").reset_index()
