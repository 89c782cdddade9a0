"""Channels: what they bring, by first and by last touch."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bench.reports_peer.company import Company
from bench.reports_peer.statistics import retained, wilson


def source_quality(company: Company) -> pd.DataFrame:
    apps, people = company.applications, company.employments
    groups = apps.groupby("source_channel_code")
    out = pd.DataFrame({
        "n_applications": groups.size(), "n_open": groups["is_open"].sum(),
        "n_hires": groups["is_hired"].sum(),
    })  # fmt: skip
    out["n_resolved"] = out["n_applications"] - out["n_open"]
    out["hire_rate"] = out["n_hires"] / out["n_resolved"]
    for name, side in (("lower", -1), ("upper", 1)):
        out[f"hire_rate_{name}"] = wilson(out["n_hires"], out["n_resolved"], side)
    seen = (people["observed_on"] - people["hired_on"]).dt.days >= 90
    out["n_started"] = people.groupby("source_channel_code").size()
    out["n_observed_90d"] = seen.groupby(people["source_channel_code"]).sum()
    for channel, rows in people.groupby("source_channel_code"):
        names = ["retention_90d_rate", "retention_90d_lower", "retention_90d_upper"]
        out.loc[channel, names] = retained(rows["followed"], rows["has_left"])
    # A transfer within the company has a record of its own under the same employment.
    rated = company.ratings.merge(people[["employee_key", "source_channel_code"]])
    rated = rated.drop_duplicates(["source_channel_code", "employee_key"], keep="last")
    rated = rated.groupby("source_channel_code")["rating_z"]
    out["n_rated"], out["mean_rating_z"] = rated.size(), rated.mean()
    return out.reset_index()


def _first_channels(company: Company) -> pd.Series:
    order = ["source_updated_at", "load_id", "payload_hash"]
    found = {}
    for entity in ("application", "candidate"):
        rows = company.read(
            f"staging.stg_landing__{entity}",
            f"{entity}_key, source_channel_code, is_deleted, {', '.join(order)}",
        )
        rows = rows[rows["source_channel_code"].notna() & ~rows["is_deleted"]].sort_values(order)
        rows = rows.drop_duplicates(f"{entity}_key")
        found[entity] = rows.set_index(f"{entity}_key")["source_channel_code"]
    apps = company.read("fct_application", "application_key, candidate_key")
    channel = apps["application_key"].map(found["application"])
    channel = channel.fillna(apps["candidate_key"].map(found["candidate"])).fillna("none")
    return pd.Series(channel.to_numpy(), index=apps["application_key"])


def source_attribution(company: Company) -> pd.DataFrame:
    apps, people = company.applications, company.employments
    channel = _first_channels(company).reindex(apps.index).rename("source_channel_code")
    groups = apps.groupby(channel)
    out = pd.DataFrame({
        "n_applications": groups.size(), "n_open": groups["is_open"].sum(),
        "n_hires": groups["is_hired"].sum(),
    })  # fmt: skip
    out["n_resolved"] = out["n_applications"] - out["n_open"]
    out["application_share"] = out["n_applications"] / out["n_applications"].sum()
    out["hire_rate"] = out["n_hires"] / out["n_resolved"]
    for name, side in (("lower", -1), ("upper", 1)):
        out[f"hire_rate_{name}"] = wilson(out["n_hires"], out["n_resolved"], side)
    # Beta-binomial, fitted by moments: groups with few cases are pulled to the common rate.
    n, k = out["n_resolved"].astype(float), out["n_hires"].astype(float)
    p, groups_n = k.sum() / n.sum(), (n > 0).sum()
    spread = (n * (k / n - p) ** 2).sum()
    gamma = (spread - p * (1 - p) * (groups_n - 1)) / (
        p * (1 - p) * (n.sum() - (n**2).sum() / n.sum() - (groups_n - 1))
    )
    prior = 1 / gamma - 1 if gamma > 0 else np.inf
    out["hire_rate_shrunk"] = (k + prior * p) / (n + prior) if gamma > 0 else p
    seen = (people["observed_on"] - people["hired_on"]).dt.days >= 90
    gone = people["has_left"] & (people["followed"] <= 90)
    follow = people.assign(
        seen=seen, kept=seen & ~gone, channel=people["application_key"].map(channel)
    )
    groups = follow.groupby("channel")
    out["n_started"], out["n_observed_90d"] = groups.size(), groups["seen"].sum()
    out["retention_90d_rate"] = groups["kept"].sum() / out["n_observed_90d"]
    rated = company.ratings.dropna(subset=["application_key"])
    rated = rated.drop_duplicates("application_key", keep="last")
    rated = rated[rated["application_key"].isin(people["application_key"])]
    rated = rated.groupby(rated["application_key"].map(channel))["rating_z"]
    out["n_rated"], out["mean_rating_z"] = rated.size(), rated.mean()
    costs = company.costs
    now = company.as_of.tz_convert(company.zone).tz_localize(None)
    costs = costs[
        costs["is_standard"].fillna(True).astype(bool) & (costs["worker_type_code"] == "employee")
        & (costs["month_on"] <= now)
    ]  # fmt: skip
    out["direct_cost"] = costs.groupby("channel")["cost"].sum()
    out["direct_cost_per_hire"] = (out["direct_cost"] / out["n_started"]).round(2)
    out["direct_cost"] = out["direct_cost"].fillna(0)
    return out.reset_index()
