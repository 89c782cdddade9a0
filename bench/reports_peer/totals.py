"""Costs, months and completeness of the whole company."""

from __future__ import annotations

import pandas as pd

from bench.reports_peer.company import Company, both, hires_of, local, month
from bench.reports_peer.statistics import quantiles

COMPLETE = {
    "requisition": ["opened_at", "recruiter_key", "hiring_manager_key", "org_unit_key",
                    "job_family_code", "target_fill_on"],
    "opening": ["target_fill_on"],
    "candidate": ["email", "phone", "source_channel_code", "education_level_code",
                  "years_experience"],
    "application": ["source_channel_code", "status_at"],
    "stage_event": ["actor_type_code"],
    "interview": ["invited_at", "scheduled_start_at", "interviewer_keys"],
    "dimension_score": ["interview_key", "scorer_key"],
    "offer": ["extended_at", "start_on"],
    "employee": ["hired_on", "probation_end_on", "org_unit_key", "application_key",
                 "monthly_salary"],
    "performance_review": ["rating_0_1"],
    "recruiting_cost": ["source_channel_code", "org_unit_key"],
}  # fmt: skip


def _sums(frame: pd.DataFrame, **columns: pd.Series) -> pd.DataFrame:
    named = frame[["month_on", "unit"]].assign(**columns)
    return both(named, lambda g: g[list(columns)].sum()).set_index(["month_on", "unit"])


def cost(company: Company) -> pd.DataFrame:
    costs = company.costs
    basis = {
        "hires": company.employments[["month_on", "unit"]],
        "applications": company.applications.rename(columns={"cohort_month_on": "month_on"})[
            ["month_on", "unit"]
        ],
        "openings": _openings(company),
    }
    shares = []
    for kind, rows in basis.items():
        counted = rows.groupby(["month_on", "unit"]).size().rename("share").reset_index()
        counted["share"] /= counted.groupby("month_on")["share"].transform("sum")
        shares.append(counted.assign(allocate_by_code=kind))
    costs["allocate_by_code"] = costs["allocate_by_code"].fillna("hires")
    apart = costs[costs["unit"].isna()].drop(columns="unit")
    apart = apart.merge(pd.concat(shares), how="left", on=["allocate_by_code", "month_on"])
    apart["cost"] = (apart["cost"] * apart["share"].fillna(1)).round(6)
    rows = pd.concat([costs[costs["unit"].notna()].assign(is_shared=False),
                      apart.assign(is_shared=True)], ignore_index=True)  # fmt: skip
    lists = {name: rows[f"is_{name}"].astype("boolean") for name in ("standard", "internal_use", "comparable")}  # fmt: skip
    standard = lists["standard"].fillna(True).astype(bool)
    use = lists["internal_use"].fillna(True).astype(bool)
    staff = rows["worker_type_code"] == "employee"
    external = rows["nature_code"] == "external"
    amount = rows["cost"].fillna(0)
    sums = _sums(
        rows,
        external_cost=amount.where(staff & standard & external, 0),
        internal_cost=amount.where(staff & standard & (rows["nature_code"] == "internal"), 0),
        internal_use_cost=amount.where(staff & use, 0),
        comparable_cost=amount.where(staff & lists["comparable"].fillna(False).astype(bool), 0),
        shared_cost=amount.where(staff & rows["is_shared"] & standard, 0),
        contractor_cost=amount.where(rows["worker_type_code"] == "contractor", 0),
    )
    people = company.employments
    salary = company.read(
        "intermediate.int_employee__keep_newest",
        "employee_key, monthly_salary::double as monthly_salary",
    ).set_index("employee_key")["monthly_salary"]
    pay = people["employee_key"].map(salary) * 12
    hires = _sums(people, n_hires=pd.Series(1, index=people.index), n_paid=pay.notna(),
                  first_year_pay=pay.fillna(0).round(2))  # fmt: skip
    last = company.last_month
    total = pd.concat([
        table.reset_index().pipe(lambda t: t[t["month_on"].between(
            last - pd.DateOffset(months=11), last)]).fillna({"unit": "all"})
        .groupby("unit").sum(numeric_only=True) for table in (sums, hires)
    ], axis=1).fillna(0)  # fmt: skip
    total["standard_cost"] = total["external_cost"] + total["internal_cost"]
    n = total["n_hires"].where(total["n_hires"] > 0)
    total["cost_per_hire"] = (total["standard_cost"] / n).round(2)
    total["cost_per_hire_internal_use"] = (total["internal_use_cost"] / n).round(2)
    total["cost_per_hire_comparable"] = (total["comparable_cost"] / n).round(2)
    pay_total = total["first_year_pay"].where(total["n_paid"] == total["n_hires"])
    total["hire_cost_ratio"] = (total["standard_cost"] / pay_total).round(6)
    total["hiring_budget_share"] = (total["internal_use_cost"] / pay_total).round(6)
    return total.assign(department_id=company.units.reindex(total.index)).reset_index(drop=True)


def _openings(company: Company) -> pd.DataFrame:
    rows = company.read("dim_opening", "requisition_key, opened_at")
    rows = rows.join(company.requisitions, on="requisition_key", how="inner")
    rows = rows[~rows["is_test"]]
    return rows.assign(month_on=month(local(rows["opened_at"], rows["time_zone"])))[
        ["month_on", "unit"]
    ]


def monthly_hiring_efficiency(company: Company) -> pd.DataFrame:
    apps, hires = company.applications, hires_of(company)
    out = apps.groupby("cohort_month_on").size().rename("n_applications").to_frame()
    groups = hires.groupby("month_on")
    out["n_accepted"] = groups.size()
    out = out.join(quantiles(groups["time_to_hire_days"]).add_prefix("time_to_hire_"))
    latest = company.offers[company.offers["is_latest"]].copy()
    decided = latest["status_code"].isin(["accepted", "reneged", "declined", "expired"])
    latest["accepted"] = latest["accepted_at"].notna() & latest["status_code"].isin(
        ["accepted", "reneged"]
    )
    answered = local(latest["accepted_at"].fillna(latest["decided_at"]), latest["zone"])
    by_answer = latest.assign(month_on=month(answered), decided=decided).groupby("month_on")
    out["n_offers_decided"] = by_answer["decided"].sum()
    out["n_offers_accepted"] = by_answer["accepted"].sum()
    seats = company.read(
        "dim_opening", "requisition_key, target_fill_on, is_cancelled, is_filled_on_time"
    ).join(company.requisitions, on="requisition_key", how="inner")
    today = local(pd.Series(company.as_of, index=seats.index), seats["time_zone"]).dt.normalize()
    seats = seats[
        ~seats["is_cancelled"] & ~seats["is_test"] & ~seats["is_evergreen"].fillna(True).astype(bool)
        & (seats["target_fill_on"] <= today)
    ]  # fmt: skip
    by_target = seats.groupby(month(seats["target_fill_on"]))["is_filled_on_time"]
    out["n_openings_due"] = by_target.size()
    out["n_openings_on_time"] = by_target.sum().astype(float)
    starts = latest[latest["accepted"] & latest["start_on"].notna()]
    now = local(pd.Series(company.as_of, index=starts.index), starts["zone"]).dt.normalize()
    pending = starts["start_on"] > now
    came = starts["application_key"].isin(company.employments["application_key"])
    by_start = starts.assign(month_on=month(starts["start_on"]), due=~pending, pending=pending,
                             came=came & ~pending).groupby("month_on")  # fmt: skip
    out["n_starts_due"], out["n_started"] = by_start["due"].sum(), by_start["came"].sum()
    out["n_starts_pending"] = by_start["pending"].sum()
    counts = [name for name in out if name.startswith("n_")]
    out[counts] = out[counts].fillna(0)
    out["offer_acceptance_rate"] = out["n_offers_accepted"] / out["n_offers_decided"]
    out["on_time_fill_rate"] = out["n_openings_on_time"] / out["n_openings_due"]
    out["join_rate"] = out["n_started"] / out["n_starts_due"]
    for name in ("n_offers_decided", "n_offers_accepted", "n_starts_due", "n_started"):
        out[f"{name}_3m"] = out[name].rolling(3, min_periods=1).sum()
    out["offer_acceptance_rate_3m"] = out["n_offers_accepted_3m"] / out["n_offers_decided_3m"]
    out["join_rate_3m"] = out["n_started_3m"] / out["n_starts_due_3m"]
    for name in ("n_offers_decided", "n_offers_accepted"):
        out[f"{name}_before"] = out[name].shift(3).rolling(12, min_periods=1).sum()
    out["offer_acceptance_rate_before"] = out["n_offers_accepted_before"] / out["n_offers_decided_before"]  # fmt: skip
    last = company.last_month
    out = out[(out.index >= last - pd.DateOffset(months=12)) & (out.index <= last)]
    return out.rename_axis("month_on").reset_index()


def data_completeness(company: Company) -> pd.DataFrame:
    out = []
    for entity, fields in COMPLETE.items():
        rows = company.read(
            f"intermediate.int_{entity}__keep_newest", ", ".join(["source", *fields])
        )
        groups = rows[fields].isna().groupby(rows["source"])
        missing = groups.sum().rename_axis("field_code", axis=1).stack().rename("n_missing")
        found = missing.reset_index()
        found["n_records"] = found["source"].map(groups.size())
        out.append(found.assign(entity_code=entity))
    hires = company.read("fct_application", "application_key, source, is_hired, is_excluded")
    hires = hires[hires["is_hired"] & ~hires["is_excluded"]]
    offered = company.read("fct_offer", "application_key")["application_key"]
    costs = company.read("intermediate.int_recruiting_cost__keep_newest", "source").assign(
        missing=0)  # fmt: skip
    costs["missing"] = company.costs["cost"].isna().to_numpy()
    for entity, name, rows in (
        ("hire", "offer", hires.assign(missing=~hires["application_key"].isin(offered))),
        ("recruiting_cost", "exchange_rate", costs),
    ):
        counted = rows.groupby("source")["missing"].agg(["sum", "size"])
        counted.columns = ["n_missing", "n_records"]
        out.append(counted.reset_index().assign(entity_code=entity, field_code=name))
    rows = pd.concat(out, ignore_index=True)
    return rows.assign(filled_share=1 - rows["n_missing"] / rows["n_records"])
