"""What the HR system shows at an instant, as data frames prepared for counting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from connectors.sandbox.company.company import Company
from connectors.sandbox.company.vocabulary import STAGE_CODES
from talentloop.contracts import STAGES

ZONE = "Asia/Shanghai"
ACCIDENT = pd.Timedelta(minutes=10)


@dataclass(frozen=True)
class Frames:
    """Frames by entity, as visible at `at`.

    Attributes:
        applications: all visible applications, indexed by id, with what counting needs: `month`
            (of applying, in Shanghai), `top_unit`, `exclusion` (None for those that count), `is_hire`
            and `accepted_at` of the latest offer version, `time_to_hire_days`, `furthest`.
        offers: the latest version of each application's offer, indexed by application.
        events: the stage log with `is_accidental`.
    """

    at: pd.Timestamp
    applications: pd.DataFrame
    offers: pd.DataFrame
    events: pd.DataFrame
    employees: pd.DataFrame
    openings: pd.DataFrame
    requisitions: pd.DataFrame

    @property
    def counted(self) -> pd.DataFrame:
        """Applications that count: no test requisition, no prospect, no inside application."""
        return self.applications[self.applications["exclusion"].isna()]

    @property
    def today(self) -> pd.Timestamp:
        """The local date of `at`."""
        return self.at.tz_convert(ZONE).tz_localize(None).normalize()


def frames_at(company: Company, at: datetime) -> Frames:
    """Frames of everything visible at `at`."""

    def read(entity: str, columns: list[str]) -> pd.DataFrame:
        frame: pd.DataFrame = company.visible(entity, at).select(columns).to_pandas()
        return frame

    requisitions = read(
        "requisition", ["source_id", "org_unit_id", "job_family_code", "is_test", "is_evergreen"]
    ).set_index("source_id")
    requisitions["top_unit"] = requisitions["org_unit_id"].str.rsplit("-", n=1).str[0]
    events = _mark_accidents(
        read("stage_event", ["application_id", "stage_code", "occurred_at", "sequence"])
    )
    offers = _latest_offers(
        read(
            "offer",
            ["application_id", "version", "status_code", "extended_at", "accepted_at",
             "decided_at", "decline_reason_code", "start_on"],
        )
    )  # fmt: skip
    applications = read(
        "application",
        ["source_id", "candidate_id", "requisition_id", "applied_at", "first_contact_at",
         "source_channel_code", "stage_code", "status_code", "is_prospect"],
    ).set_index("source_id")  # fmt: skip
    openings = read(
        "opening", ["requisition_id", "status_code", "opened_at", "target_fill_on", "filled_at"]
    )
    employees = read(
        "employee",
        ["source_id", "person_no", "application_id", "status_code", "hired_on", "probation_end_on",
         "terminated_on", "termination_type", "is_rehire"],
    )  # fmt: skip
    for name in ("hired_on", "probation_end_on", "terminated_on"):
        employees[name] = pd.to_datetime(employees[name])
    return Frames(
        at=pd.Timestamp(at).tz_convert("UTC"),
        applications=_prepare(applications, requisitions, offers, events),
        offers=offers,
        events=events,
        employees=employees,
        openings=openings,
        requisitions=requisitions,
    )


def month_of(times: pd.Series) -> pd.Series:
    """First day of the month in Shanghai, as text such as 2026-10-01; missing stays missing."""
    local = times.dt.tz_convert(ZONE)
    month: pd.Series = local.dt.strftime("%Y-%m-01").where(times.notna(), None)
    return month


def _latest_offers(offers: pd.DataFrame) -> pd.DataFrame:
    newest = offers.sort_values("version").drop_duplicates("application_id", keep="last")
    newest["start_on"] = pd.to_datetime(newest["start_on"])
    first = offers.groupby("application_id")["extended_at"].min()
    newest = newest.set_index("application_id")
    newest["first_extended_at"] = first
    return newest


def _mark_accidents(events: pd.DataFrame) -> pd.DataFrame:
    """An event is accidental when the one after it, within ten minutes, leads back to the stage
    of the one before it."""
    events = events.sort_values(["application_id", "occurred_at", "sequence"], kind="stable")
    by = events.groupby("application_id", sort=False)
    before, after = by["stage_code"].shift(1), by["stage_code"].shift(-1)
    stayed = by["occurred_at"].shift(-1) - events["occurred_at"]
    events["is_accidental"] = (before == after) & before.notna() & (stayed <= ACCIDENT)
    events["rank"] = events["stage_code"].map({code: i + 1 for i, code in enumerate(STAGE_CODES)})
    return events


def _prepare(
    applications: pd.DataFrame,
    requisitions: pd.DataFrame,
    offers: pd.DataFrame,
    events: pd.DataFrame,
) -> pd.DataFrame:
    out = applications.join(
        requisitions[["top_unit", "job_family_code", "is_test"]], on="requisition_id"
    )
    out["month"] = month_of(out["applied_at"])
    out["exclusion"] = np.select(
        [out["is_test"], out["is_prospect"], out["source_channel_code"] == "internal"],
        ["test_requisition", "prospect", "internal_transfer"],
        default="",
    )
    out["exclusion"] = out["exclusion"].where(out["exclusion"] != "", None)
    out = out.join(offers[["status_code", "accepted_at"]].rename(columns={"status_code": "offer"}))
    out["is_hire"] = out["offer"] == "accepted"
    engaged = out[["applied_at", "first_contact_at"]].min(axis=1)
    out["time_to_hire_days"] = (out["accepted_at"] - engaged).dt.total_seconds() / 86_400
    on_the_way = events[~events["is_accidental"] & (events["rank"] <= len(STAGES))]
    out["furthest"] = on_the_way.groupby("application_id")["rank"].max()
    return out
