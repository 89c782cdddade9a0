"""Offers, and how long those stay who start."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bench.reports_peer.company import Company, days_between, local, month
from bench.reports_peer.statistics import (
    MINIMUM_N,
    OFFER_DAYS,
    incidence,
    kaplan_meier,
    on_day,
    retained,
)


def offers(company: Company) -> pd.DataFrame:
    rows = company.offers
    extended = rows.dropna(subset=["extended_at"]).groupby("application_key")["extended_at"]
    latest = rows[rows["is_latest"]].set_index("application_key")
    latest["first_at"], latest["n_versions"] = extended.min(), extended.size()
    latest = latest.dropna(subset=["first_at"])
    late = latest["extended_at"] + pd.Timedelta(days=OFFER_DAYS) <= company.as_of
    status, accepted_at = latest["status_code"], latest["accepted_at"]
    accepted = status.isin(["accepted", "reneged"]) & accepted_at.notna()
    answer = pd.Series("open", index=latest.index).mask(late, "expired")
    answer = answer.mask(status.isin(["declined", "expired", "rescinded"]), status)
    latest["answer"] = answer.mask(accepted, "accepted")
    answered = accepted_at.fillna(latest["decided_at"])
    latest["answer_days"] = days_between(latest["first_at"], answered)
    reneged = (status == "reneged") & accepted_at.notna()
    started = company.employments.groupby("application_key")["hired_on"].min()
    hired_on = started.reindex(latest.index)
    today = local(pd.Series(company.as_of, index=latest.index), latest["zone"]).dt.normalize()
    start = pd.Series("no_show", index=latest.index)
    start = start.mask((latest["start_on"] > today) & ~reneged, "pending")
    start = start.mask(latest["start_on"].isna() & ~reneged, "unknown")
    latest["start"] = start.mask(hired_on.notna(), "started").where(latest["answer"] == "accepted")
    first_day = hired_on.dt.tz_localize(company.zone).dt.tz_convert("UTC")
    latest["start_days"] = days_between(accepted_at, first_day)
    latest["month_on"] = month(local(latest["first_at"], latest["zone"]))
    latest = latest.assign(
        late=status.isin(["extended", "superseded"]) & late, reneged=reneged,
        **{f"is_{name}": latest["answer"] == name
           for name in ("accepted", "declined", "expired", "rescinded", "open")},
        **{f"starts_{name}": latest["start"] == name for name in ("started", "no_show", "pending")},
    )  # fmt: skip
    groups = latest.groupby("month_on")
    out = pd.DataFrame({
        "n_extended": groups.size(), "n_versions": groups["n_versions"].sum(),
        "n_expired_by_deadline": groups["late"].sum(), "n_reneged": groups["reneged"].sum(),
        "median_answer_days": groups["answer_days"].median(),
        "n_started": groups["starts_started"].sum(), "n_no_shows": groups["starts_no_show"].sum(),
        "n_starts_pending": groups["starts_pending"].sum(),
        "median_time_to_start_days": groups["start_days"].median(),
        **{f"n_{name}": groups[f"is_{name}"].sum()
           for name in ("accepted", "declined", "expired", "rescinded", "open")},
    })  # fmt: skip
    decided = out["n_accepted"] + out["n_declined"] + out["n_expired"]
    out["n_starts_due"] = out["n_started"] + out["n_no_shows"]
    out["accepted_of_decided_rate"] = out["n_accepted"] / decided
    out["accepted_of_extended_rate"] = out["n_accepted"] / out["n_extended"]
    out["renege_rate"] = out["n_reneged"] / out["n_accepted"]
    out["join_rate"] = out["n_started"] / out["n_starts_due"]
    last = company.last_month
    return out[(out.index >= last - pd.DateOffset(months=12)) & (out.index <= last)].reset_index()


def retention_by_cohort(company: Company) -> pd.DataFrame:
    out = []
    for cohort, rows in company.employments.groupby("month_on"):
        row = {"month_on": cohort, "n": len(rows),
               "n_open": int((~rows["has_left"] & (rows["followed"] < 90)).sum())}  # fmt: skip
        if len(rows) >= MINIMUM_N:
            share, lower, upper = retained(rows["followed"], rows["has_left"])
            row.update(retention_rate=share, retention_lower=lower, retention_upper=upper)
            kinds = rows["termination_type_code"].fillna("unknown").where(rows["has_left"])
            for kind in ("voluntary", "employer", "failed_probation", "unknown"):
                if np.isnan(share):
                    row[f"{kind}_rate"] = np.nan
                elif (kinds == kind).any():
                    curve = incidence(rows["followed"], kinds, kind, interval=False)
                    row[f"{kind}_rate"] = on_day(curve, 90, 0, 0)
                else:
                    row[f"{kind}_rate"] = 0.0
        out.append(row)
    return pd.DataFrame(out)


def retention_90d(company: Company) -> pd.DataFrame:
    people = company.read(
        "dim_employee", "application_key, hired_on, terminated_on, status_code"
    )  # fmt: skip
    today = company.as_of.tz_convert(company.zone).tz_localize(None).normalize()
    people = people[
        people["application_key"].isin(company.applications.index)
        & (people["status_code"] != "not_started") & (people["hired_on"] <= today)
        & ~(people["terminated_on"] < people["hired_on"])
    ]  # fmt: skip
    to_exit = (people["terminated_on"] - people["hired_on"]).dt.days
    seen = (today - people["hired_on"]).dt.days
    waits, left = to_exit.fillna(seen).clip(upper=90), to_exit <= 90
    out = []
    for name, back in (("current", 0), ("previous", 1), ("last_year", 12)):
        last = company.last_month - pd.DateOffset(months=back)
        inside = people["hired_on"].between(
            last - pd.DateOffset(months=11), last + pd.DateOffset(months=1), inclusive="left"
        )
        fit = kaplan_meier(waits[inside], left[inside])
        share = float(fit.survival_function_.iloc[-1, 0])
        ends = fit.confidence_interval_.iloc[-1].to_numpy()
        out.append({"window_code": name, "n_starters": int(inside.sum()),
                    "n_kept": int(inside.sum() - left[inside].sum()), "retention_90d_rate": share,
                    "retention_90d_lower": ends[0], "retention_90d_upper": ends[1]})  # fmt: skip
    return pd.DataFrame(out)
