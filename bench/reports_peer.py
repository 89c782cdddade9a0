"""The figures of the reports as an analyst computes them with pandas and lifelines.

The peer of bench/reports.py. It reads what is published in one row per record (`fct_`, `dim_`,
`talent_profile`) and, for what is not published, the newest records of the build file; all that
`mart_` models and the estimates behind them hold, it computes itself. Nothing here comes from
talentloop/reports or from the SQL of the marts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.utils import qth_survival_time
from scipy import stats

Z = stats.norm.ppf(0.975)
MINIMUM_N, OPEN_SHARE, OFFER_DAYS, SCORECARD_HOURS = 5, 0.2, 14, 48
STAGES = ["applied", "screen", "ai_interview", "interview", "offer_approval", "offer", "hired"]
DIMENSIONS = ["communication", "logic", "professionalism", "teamwork", "stress", "culture"]
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


def wilson(k: Any, n: Any, side: int) -> Any:
    """An end of Wilson's 95 % interval of k in n."""
    p = k / n
    middle, width = p + Z * Z / (2 * n), Z * np.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return (middle + side * width) / (1 + Z * Z / n)


def quantiles(days: Any) -> pd.DataFrame:
    """The four quantiles of a grouped column, linearly interpolated."""
    found = days.quantile([0.25, 0.5, 0.75, 0.9]).unstack()
    found.columns = ["p25_days", "median_days", "p75_days", "p90_days"]
    return found


def on_day(curve: pd.DataFrame, day: float, column: int, start: float) -> float:
    """A step function's value on a day."""
    at = curve.index.searchsorted(day, side="right") - 1
    return start if at < 0 else float(curve.iloc[at, column])


def kaplan_meier(days: pd.Series, ended: pd.Series) -> KaplanMeierFitter:
    """A fitted curve."""
    return KaplanMeierFitter().fit(days.to_numpy(), ended.to_numpy())


def wait_quantiles(days: pd.Series, ended: pd.Series) -> dict[str, Any]:
    """Quantiles of a wait with open cases, those of the median's interval, and the naive median."""
    fit = kaplan_meier(days, ended)
    curve, ends = fit.survival_function_.round(10), fit.confidence_interval_
    row = {
        f"{name}_days": qth_survival_time(round(1 - share, 4), curve)
        for name, share in (("p25", 0.25), ("median", 0.5), ("p75", 0.75), ("p90", 0.9))
    }
    row["median_days_lower"] = qth_survival_time(0.5, ends.iloc[:, [0]])
    row["median_days_upper"] = qth_survival_time(0.5, ends.iloc[:, [1]])
    finished = np.sort(days[ended].to_numpy())
    row["completed_median_days"] = (
        finished[(len(finished) + 1) // 2 - 1] if len(finished) else np.nan
    )
    return {name: np.nan if np.isinf(value) else value for name, value in row.items()}


def retained(days: pd.Series, left: pd.Series, day: int = 90) -> tuple[float, float, float]:
    """Kaplan-Meier share still there on a day, with its interval; none beyond what was seen."""
    if len(days) == 0:
        return np.nan, np.nan, np.nan
    fit = kaplan_meier(days, left)
    if days.max() < day and fit.survival_function_.iloc[-1, 0] > 0:
        return np.nan, np.nan, np.nan
    share = on_day(fit.survival_function_, day, 0, 1)
    if share in (0, 1):
        return share, np.nan, np.nan
    return share, *(on_day(fit.confidence_interval_, day, end, np.nan) for end in (0, 1))


def incidence(days: pd.Series, cause: pd.Series, wanted: str, *, interval: bool) -> pd.DataFrame:
    """Cumulative incidence of one cause, with its interval, by lifelines (ties are shifted)."""
    codes = pd.Series(0, index=cause.index).mask(cause.notna(), 2).mask(cause == wanted, 1)
    fit = AalenJohansenFitter(calculate_variance=interval, seed=1)
    fit.fit(days.to_numpy(), codes.to_numpy(), event_of_interest=1)
    curve = fit.cumulative_density_.set_axis(["rate"], axis=1)
    if interval:
        ends = np.sort(fit.confidence_interval_.to_numpy(), axis=1)  # lifelines swaps their names
        curve["lower"], curve["upper"] = ends[:, 0], ends[:, 1]
    return curve


def local(instants: pd.Series, zones: pd.Series | str) -> pd.Series:
    """Instants as local wall-clock time, by the zone of each row."""
    if isinstance(zones, str):
        return instants.dt.tz_convert(zones).dt.tz_localize(None)
    parts = [
        instants[zones == zone].dt.tz_convert(zone).dt.tz_localize(None)
        for zone in zones.dropna().unique()
    ]
    return pd.concat(parts).reindex(instants.index) if parts else instants.dt.tz_localize(None)


def month(days: pd.Series) -> pd.Series:
    """First day of the month."""
    return days.dt.to_period("M").dt.start_time


def days_between(start: Any, finish: Any) -> Any:
    """Elapsed days."""
    return (finish - start) / pd.Timedelta(days=1)


def both(frame: pd.DataFrame, summarise: Callable[[Any], pd.DataFrame]) -> pd.DataFrame:
    """A summary by month and unit, and by month for the whole company (unit missing)."""
    units = summarise(frame.dropna(subset=["unit"]).groupby(["month_on", "unit"])).reset_index()
    return pd.concat([units, summarise(frame.groupby("month_on")).reset_index()])


@dataclass
class Company:
    """The tables of the warehouse in pandas, each read once."""

    marts: Path
    build: Path
    zone: str = "Asia/Shanghai"
    intervals: bool = False
    _db: duckdb.DuckDBPyConnection = field(init=False)

    def __post_init__(self) -> None:
        """Open both files to read."""
        self._db = duckdb.connect(config={"threads": 2})
        self._db.execute("set timezone = 'UTC'")
        self._db.execute(f"attach '{self.marts}' as marts (read_only)")
        self._db.execute(f"attach '{self.build}' as build (read_only)")

    def read(self, table: str, columns: str) -> pd.DataFrame:
        """Columns of a table."""
        place = "build" if "." in table else "marts.main"
        return self._db.execute(f"select {columns} from {place}.{table}").df()

    @cached_property
    def as_of(self) -> pd.Timestamp:
        """The instant up to which sources were observed."""
        return pd.Timestamp(self.read("meta_build", "as_of").iloc[0, 0])

    @cached_property
    def last_month(self) -> pd.Timestamp:
        """The last month that has ended."""
        now = self.as_of.tz_convert(self.zone).tz_localize(None)
        return now.to_period("M").start_time - pd.DateOffset(months=1)

    @cached_property
    def units(self) -> pd.Series:
        """Organisation unit id by key."""
        return self.read("dim_org_unit", "org_unit_key, org_unit_id").set_index("org_unit_key")[
            "org_unit_id"
        ]

    @cached_property
    def requisitions(self) -> pd.DataFrame:
        """By key."""
        return self.read(
            "dim_requisition",
            "requisition_key, top_org_unit_key as unit, job_family_code, time_zone, is_test,"
            " is_evergreen",
        ).set_index("requisition_key")

    @cached_property
    def applications(self) -> pd.DataFrame:
        """Applications that count, with how and after how many days of engagement each ended."""
        wanted = """application_key, requisition_key, top_org_unit_key as unit, job_family_code,
            source_channel_code, applied_at, cohort_month_on, status_code, resolved_at, accepted_at,
            furthest_stage_rank, time_to_hire_days, overall_score_0_100, is_open, is_hired"""
        rows = self.read("fct_application", wanted + ", is_excluded")
        rows = rows[~rows.pop("is_excluded")].set_index("application_key")
        newest = self.read(
            "intermediate.int_application__keep_newest",
            "application_key, first_contact_at, rejection_reason_code",
        ).set_index("application_key")
        rows = rows.join(newest)
        rows["zone"] = rows["requisition_key"].map(self.requisitions["time_zone"]).fillna(self.zone)
        events = self.events
        rejected = events[events["stage_code"] == "rejected"]
        last = rejected.dropna(subset=["reason_code"]).sort_values("sequence")
        reason = last.groupby("application_key")["reason_code"].last()
        first = rejected.groupby("application_key")["sequence"].min()
        on = events[~events["stage_code"].isin(["rejected", "withdrawn"])]
        latest = on.groupby("application_key")["sequence"].max()
        rows["is_reopened"] = (
            first.reindex(rows.index) < latest.reindex(rows.index)
        ).fillna(False).astype(bool)  # fmt: skip
        why = reason.reindex(rows.index).fillna(rows["rejection_reason_code"])
        outcome = rows["status_code"].where(~rows["is_open"])
        closed = (outcome == "rejected") & (why == "position_closed")
        rows["outcome"] = outcome.mask(closed, "job_closed")
        ended = rows["resolved_at"].mask(
            rows["is_hired"], rows["accepted_at"].fillna(rows["resolved_at"])
        )
        ended = ended.mask(rows["is_open"], self.as_of)
        engaged = rows["applied_at"].where(
            ~(rows["first_contact_at"] < rows["applied_at"]), rows["first_contact_at"]
        )
        rows["engaged_days"] = days_between(engaged, ended)
        return rows

    @cached_property
    def events(self) -> pd.DataFrame:
        """Stage events that are no slips."""
        rows = self.read(
            "fct_stage_event", "application_key, stage_code, sequence, reason_code, is_accidental"
        )
        return rows[~rows.pop("is_accidental")]

    @cached_property
    def spells(self) -> pd.DataFrame:
        """Stage spells that count."""
        rows = self.read(
            "fct_stage_spell",
            "application_key, stage_code, stage_rank, sequence, exit_type_code, duration_days,"
            " open_days, is_open, is_accidental, is_excluded, cohort_month_on,"
            " top_org_unit_key as unit, job_family_code, source_channel_code",
        )
        return rows[~rows.pop("is_accidental") & ~rows.pop("is_excluded")]

    @cached_property
    def stage_times(self) -> pd.DataFrame:
        """Time of each application in each stage."""
        return self.read(
            "fct_stage_time",
            "application_key, stage_code, cohort_month_on, top_org_unit_key as unit, duration_days,"
            " outcome_code",
        )

    @cached_property
    def employments(self) -> pd.DataFrame:
        """Everybody who started through an application that counts, followed to now or to the end."""
        spell = self.read(
            "fct_employment_spell",
            "employee_key, person_key, hired_on, is_transfer, is_no_show",
        )
        spell = spell[~spell["is_no_show"]]
        spell["worker"] = spell["person_key"].fillna(spell["employee_key"])
        spell = spell.sort_values(["worker", "hired_on", "employee_key"])
        spell["number"] = (~spell["is_transfer"]).astype(int).groupby(spell["worker"]).cumsum()
        last = spell.groupby(["worker", "number"])["employee_key"].transform("last")
        people = self.read(
            "dim_employee",
            "employee_key, application_key, hired_on, probation_end_on, terminated_on, status_code,"
            " termination_type_code, top_org_unit_key as unit, job_family_code,"
            " source_channel_code",
        ).set_index("employee_key")
        rows = people.join(
            spell.assign(last=last).set_index("employee_key")[["worker", "number", "last"]],
            how="inner",
        )
        for name in ("terminated_on", "termination_type_code"):
            rows[name] = people[name].reindex(rows["last"]).to_numpy()
        rows = rows[rows["application_key"].isin(self.applications.index)]
        rows = rows.reset_index().sort_values(["hired_on", "employee_key"])
        rows = rows.drop_duplicates(["worker", "number", "application_key"])
        now = pd.Series(self.as_of, index=rows.index)
        zones = rows["application_key"].map(self.applications["zone"])
        rows["observed_on"] = local(now, zones).dt.normalize()
        rows = rows[
            (rows["hired_on"] <= rows["observed_on"]) & (rows["status_code"] != "not_started")
        ].copy()
        end = rows[["terminated_on", "observed_on"]].min(axis=1)
        rows["followed"] = (end - rows["hired_on"]).dt.days
        rows["has_left"] = rows["terminated_on"] <= rows["observed_on"]
        rows["month_on"] = month(rows["hired_on"])
        return rows

    @cached_property
    def offers(self) -> pd.DataFrame:
        """All versions of offers of applications that count."""
        rows = self.read(
            "fct_offer",
            "application_key, is_latest, status_code, extended_at, accepted_at, decided_at,"
            " start_on",
        )
        rows = rows[rows["application_key"].isin(self.applications.index)]
        apps = self.applications[["unit", "zone"]]
        return rows.join(apps, on="application_key")

    @cached_property
    def ratings(self) -> pd.DataFrame:
        """Regular reviews with a rating, the newest last."""
        rows = self.read(
            "fct_performance_review",
            "employee_key, application_key, review_type_code, rating_z, finalised_at,"
            " performance_review_key",
        )
        rows = rows[rows["rating_z"].notna() & (rows["review_type_code"] != "annual")]
        return rows.sort_values(["finalised_at", "performance_review_key"])

    @cached_property
    def costs(self) -> pd.DataFrame:
        """Costs in yuan without tax, with month, unit and channel, and the lists they stand on."""
        rows = self.read(
            "intermediate.int_recruiting_cost__keep_newest",
            "application_key, requisition_key, org_unit_key, cost_type_code, nature_code,"
            " worker_type_code, source_channel_code, accrued_on, incurred_on,"
            " amount::double as amount, vat_rate::double as vat_rate, is_vat_included,"
            " amount_currency_code",
        )
        rows["counted_on"] = rows["accrued_on"].fillna(rows["incurred_on"])
        rates = self.read("ops.exchange_rate", "*").sort_values("valid_from")
        rows = pd.merge_asof(
            rows.sort_values("counted_on"), rates, left_on="counted_on", right_on="valid_from",
            by="amount_currency_code",
        )  # fmt: skip
        tax = rows["vat_rate"].where(rows["is_vat_included"].fillna(False), 0)
        rows["cost"] = (rows["amount"] / (1 + tax) * rows["rate"]).round(6)
        apps = self.read(
            "fct_application", "application_key, top_org_unit_key as unit, source_channel_code"
        ).set_index("application_key")
        nest = self.read("dim_org_unit", "org_unit_key, top_org_unit_key").set_index("org_unit_key")
        rows["unit"] = (
            rows["application_key"].map(apps["unit"])
            .fillna(rows["requisition_key"].map(self.requisitions["unit"]))
            .fillna(rows["org_unit_key"].map(nest["top_org_unit_key"]))
        )  # fmt: skip
        rows["channel"] = rows["source_channel_code"].fillna(
            rows["application_key"].map(apps["source_channel_code"])
        )
        rows["month_on"] = month(rows["counted_on"])
        return rows.merge(self.read("ops.cost_type", "*"), how="left", on="cost_type_code")


def _recent(frame: pd.DataFrame, company: Company, column: str = "cohort_month_on") -> pd.Series:
    """Whether a cohort is one of the default period of six months."""
    last = company.last_month
    return frame[column].between(last - pd.DateOffset(months=5), last)


def _window(company: Company, months: pd.Series) -> pd.Series:
    """Whether a cohort is recent: what groups that are no months look at."""
    return months > company.last_month - pd.DateOffset(months=11)


def funnel(company: Company) -> pd.DataFrame:
    apps = company.applications[_recent(company.applications, company)]
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
    apps = company.applications[_recent(company.applications, company)]
    out = _flow(apps, _COHORT[:-1])
    rows = company.spells[_recent(company.spells, company)]
    rows = rows[~rows["is_open"] & (rows["duration_days"] > 0)]
    medians = rows.groupby(_COHORT, dropna=False)["duration_days"].median().rename("median_days")
    out = out.merge(medians.reset_index(), how="left", on=_COHORT)
    out["department_id"] = out["unit"].map(company.units)
    return out


def stage_pass(company: Company) -> pd.DataFrame:
    apps = company.applications
    out = _flow(apps[_window(company, apps["cohort_month_on"])], [])
    out = out[out["stage_code"] != "hired"].copy()
    out["n_resolved"] = out["n_entered"] - out["n_open"]
    judged = out["n_resolved"] - out["n_job_closed"]
    out["pass_rate"] = out["n_advanced"] / out["n_resolved"]
    for name, side in (("lower", -1), ("upper", 1)):
        out[f"pass_rate_{name}"] = wilson(out["n_advanced"], out["n_resolved"], side)
    out["judged_pass_rate"] = out["n_advanced"] / judged
    return out


def _hires(company: Company) -> pd.DataFrame:
    rows = company.applications
    rows = rows[rows["is_hired"] & rows["accepted_at"].notna()].copy()
    rows["month_on"] = month(local(rows["accepted_at"], rows["zone"]))
    return rows


def time_to_hire(company: Company) -> pd.DataFrame:
    rows = _hires(company).dropna(subset=["time_to_hire_days"])
    rows = rows[rows["month_on"].between(
        company.last_month - pd.DateOffset(months=12), company.last_month)]  # fmt: skip

    def summary(groups: Any) -> pd.DataFrame:
        days = groups["time_to_hire_days"]
        return quantiles(days).assign(n=days.size(), mean_days=days.mean())

    out = both(rows, summary).rename(columns={"month_on": "hired_month_on"})
    out["department_id"] = out["unit"].map(company.units)
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
        days = timed["engaged_days"].round(2)
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
    rows = _hires(company).dropna(subset=["time_to_hire_days"])
    return rows[_recent(rows, company, "month_on")]


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
    rows = rows[_window(company, month(local(rows["opened_at"], rows["time_zone"])))]
    rows["days"] = rows["days"].round(2)
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
    rows = rows[_recent(rows, company)]
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
    rows = rows[(rows["stage_code"] == "interview") & _window(company, rows["cohort_month_on"])]
    out, waits = [], rows["duration_days"].round(2)
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
    hired = _hires(company)["month_on"]
    rows = company.stage_times
    rows = rows[rows["outcome_code"].notna() & (rows["duration_days"] > 0)].copy()
    rows["month_on"] = rows["application_key"].map(hired)
    out = []
    for end, suffix in ((company.last_month, ""),
                        (company.last_month - pd.DateOffset(months=12), "_last_year")):  # fmt: skip
        days = rows[rows["month_on"] == end].groupby("stage_code")["duration_days"]
        out.append(days.agg(["size", "median"]).set_axis([f"n{suffix}", f"median_days{suffix}"], axis=1))  # fmt: skip
    return pd.concat(out, axis=1).rename_axis("stage_code").reset_index()


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
    apps, hires = company.applications, _hires(company)
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


def cohort_hire_rate(company: Company) -> pd.DataFrame:
    groups = company.applications.groupby("cohort_month_on")
    out = pd.DataFrame({
        "n_applications": groups.size(), "n_hired": groups["is_hired"].sum(),
        "n_open": groups["is_open"].sum(),
    })  # fmt: skip
    out["hire_rate"] = out["n_hired"] / (out["n_applications"] - out["n_open"])
    out["open_share"] = out["n_open"] / out["n_applications"]
    return out.tail(10).reset_index()


#: The reports that both sides compute, and the columns that tell their rows apart.
REPORTS: dict[str, tuple[Callable[[Company], pd.DataFrame], list[str]]] = {
    "funnel": (funnel, ["stage_code"]),
    "hiring_funnel": (hiring_funnel, ["cohort_month_on", "department_id", "job_family_code",
                                      "source_channel_code", "stage_code"]),
    "stage_pass": (stage_pass, ["stage_code"]),
    "cohort_hire_rate": (cohort_hire_rate, ["cohort_month_on"]),
    "time_to_hire": (time_to_hire, ["hired_month_on", "department_id"]),
    "time_to_hire_cohort": (time_to_hire_cohort, ["month_on"]),
    "time_to_hire_by_channel": (time_to_hire_by_channel, ["source_channel_code"]),
    "time_to_hire_distribution": (time_to_hire_distribution, ["from_days"]),
    "time_to_fill": (time_to_fill, ["department_id"]),
    "stage_ageing": (stage_ageing, ["stage_code", "bucket"]),
    "stage_time": (stage_time, ["stage_code"]),
    "stage_survival": (stage_survival, ["department_id", "day"]),
    "stage_incidence": (stage_incidence, ["cause_code", "day"]),
    "source_quality": (source_quality, ["source_channel_code"]),
    "source_attribution": (source_attribution, ["source_channel_code"]),
    "offers": (offers, ["month_on"]),
    "interviewer_load": (interviewer_load, ["interviewer_id"]),
    "score_distribution": (score_distribution, ["dimension_code", "from_points"]),
    "top_ten": (top_ten, ["dimension_code", "person_key"]),
    "retention_by_cohort": (retention_by_cohort, ["month_on"]),
    "retention_90d": (retention_90d, ["window_code"]),
    "interview_validity": (interview_validity, ["dimension_code"]),
    "cost": (cost, ["department_id"]),
    "monthly_hiring_efficiency": (monthly_hiring_efficiency, ["month_on"]),
    "data_completeness": (data_completeness, ["entity_code", "source", "field_code"]),
}  # fmt: skip
