"""What the peer reads, prepared as far as several reports need it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd


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


def recent(frame: pd.DataFrame, company: Company, column: str = "cohort_month_on") -> pd.Series:
    """Whether a cohort is one of the default period of six months."""
    last = company.last_month
    return frame[column].between(last - pd.DateOffset(months=5), last)


def window(company: Company, months: pd.Series) -> pd.Series:
    """Whether a cohort is recent: what groups that are no months look at."""
    return months > company.last_month - pd.DateOffset(months=11)


def hires_of(company: Company) -> pd.DataFrame:
    rows = company.applications
    rows = rows[rows["is_hired"] & rows["accepted_at"].notna()].copy()
    rows["month_on"] = month(local(rows["accepted_at"], rows["zone"]))
    return rows
