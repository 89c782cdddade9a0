"""Counts, rates and times of hiring, by plain counting over what is visible."""

from __future__ import annotations

from typing import Any

import pandas as pd

from connectors.sandbox.company.truth_frames import Frames, month_of
from talentloop.contracts import STAGES

Figures = dict[str, Any]
MATURE_DAYS = 180
_DECIDED = ["accepted", "reneged", "declined", "expired"]
_TAKEN = ["accepted", "reneged"]

DEFINITIONS = {
    "applications": "Visible applications; counted are those without an exclusion. Exclusions, the "
    "first that holds: test_requisition, prospect, internal_transfer (channel internal). All "
    "other figures are over counted applications unless they say otherwise.",
    "applications_by_status": "Counted applications by state; resolved are those not open.",
    "applications_by_month": "Counted applications by month of applying (Asia/Shanghai).",
    "hires": "Counted applications whose latest offer version is accepted and not reneged; by month "
    "of acceptance (Asia/Shanghai) and by top org unit (child of the root).",
    "time_to_hire_by_month": "Of hires, by month of acceptance: accepted_at minus the earlier of "
    "applied_at and first_contact_at, seconds / 86,400; quantiles interpolate linearly.",
    "offers": "Latest version per counted application. accepted: accepted, or reneged after "
    "acceptance; decided: accepted, declined or expired, rescinded and pending left out; rate = "
    "accepted / decided; by month of the answer (Asia/Shanghai).",
    "channels": "By channel of the application: counted applications, open, resolved, hires, "
    "hire_rate = hires / resolved.",
    "mature_channels": f"The same over months of applying that ended {MATURE_DAYS} days or more "
    "before; hire_rate_of_all = hires / applications.",
    "funnel": "Per stage: reached = counted applications that entered this or a later stage (moves "
    "taken back within ten minutes left out); entered = those with an event of that very stage; "
    "and how those stand that reached no later stage: rejected, withdrawn, open.",
    "mistakes": "Stage events of counted applications that were taken back within ten minutes, "
    "and applications that entered a stage again.",
    "openings": "Openings by state; due = not cancelled, of requisitions neither test nor "
    "evergreen, with target date today or earlier; on_time = those filled by that date.",
}


def hiring_figures(frames: Frames) -> Figures:
    """Figures by the names in DEFINITIONS."""
    counted = frames.counted
    return {
        "applications": _applications(frames),
        "applications_by_status": _by_status(counted),
        "applications_by_month": counts(counted["month"]),
        "hires": _hires(counted),
        "time_to_hire_by_month": _times(counted),
        "offers": _offers(frames),
        "channels": _channels(counted),
        "mature_channels": _mature(frames),
        "funnel": _funnel(frames),
        "mistakes": _mistakes(frames),
        "openings": _openings(frames),
    }


def counts(values: pd.Series) -> dict[str, int]:
    """How often each value occurs, in order of the values; missing ones left out."""
    found = values.dropna().value_counts().sort_index()
    return {str(value): int(n) for value, n in found.items()}


def ratio(part: int, whole: int) -> float | None:
    """part / whole; None where there is nothing to divide by."""
    return part / whole if whole else None


def _applications(frames: Frames) -> Figures:
    return {
        "visible": len(frames.applications),
        "counted": len(frames.counted),
        "excluded": counts(frames.applications["exclusion"]),
    }


def _by_status(counted: pd.DataFrame) -> Figures:
    by_status = counts(counted["status_code"])
    return {**by_status, "resolved": len(counted) - by_status.get("open", 0)}


def _hires(counted: pd.DataFrame) -> Figures:
    hires = counted[counted["is_hire"]]
    month = month_of(hires["accepted_at"])
    by_unit = {
        str(unit): counts(month[hires["top_unit"] == unit])
        for unit in sorted(hires["top_unit"].unique())
    }
    return {"total": len(hires), "by_month": counts(month), "by_top_unit_and_month": by_unit}


def _times(counted: pd.DataFrame) -> Figures:
    hires = counted[counted["is_hire"]]
    return {
        str(month): _quantiles(days)
        for month, days in hires.groupby(month_of(hires["accepted_at"]))["time_to_hire_days"]
    }


def _quantiles(days: pd.Series) -> Figures:
    named = {"p25_days": 0.25, "median_days": 0.5, "p75_days": 0.75, "p90_days": 0.9}
    found = {name: float(days.quantile(q)) for name, q in named.items()}
    return {"n": len(days), **found, "mean_days": float(days.mean())}


def _offers(frames: Frames) -> Figures:
    latest = frames.offers[frames.offers.index.isin(frames.counted.index)]
    latest = latest[latest["first_extended_at"].notna()]
    decided = latest[latest["status_code"].isin(_DECIDED)]
    answered = month_of(decided["accepted_at"].fillna(decided["decided_at"]))
    taken = decided["status_code"].isin(_TAKEN)
    by_month = {
        str(month): {"decided": len(rows), "accepted": int(rows.sum())}
        for month, rows in taken.groupby(answered)
    }
    return {
        "extended": len(latest),
        "by_status": counts(latest["status_code"]),
        "decided": len(decided),
        "accepted": int(taken.sum()),
        "acceptance_rate": ratio(int(taken.sum()), len(decided)),
        "reneged": int((latest["status_code"] == "reneged").sum()),
        "decline_reasons": counts(latest["decline_reason_code"]),
        "by_month": by_month,
    }


def _channels(counted: pd.DataFrame) -> Figures:
    out: Figures = {}
    for channel, rows in counted.groupby("source_channel_code"):
        n_open, hires = int((rows["status_code"] == "open").sum()), int(rows["is_hire"].sum())
        resolved = len(rows) - n_open
        out[str(channel)] = {
            "applications": len(rows),
            "open": n_open,
            "resolved": resolved,
            "hires": hires,
            "hire_rate": ratio(hires, resolved),
        }
    return out


def _mature(frames: Frames) -> Figures:
    counted = frames.counted
    month = pd.to_datetime(counted["month"])
    ended = month + pd.offsets.MonthBegin(1)
    mature = counted[ended <= frames.today - pd.Timedelta(days=MATURE_DAYS)]
    channels = _channels(mature)
    for figures in channels.values():
        figures["hire_rate_of_all"] = ratio(figures["hires"], figures["applications"])
    return channels


def _funnel(frames: Frames) -> Figures:
    counted = frames.counted
    events = frames.events[~frames.events["is_accidental"]]
    events = events[events["application_id"].isin(counted.index)]
    entered = events.groupby("stage_code")["application_id"].nunique()
    out: Figures = {}
    for rank, stage in enumerate(STAGES, start=1):
        stopped = counts(counted.loc[counted["furthest"] == rank, "status_code"])
        out[stage] = {
            "reached": int((counted["furthest"] >= rank).sum()),
            "entered": int(entered.get(stage, 0)),
            **{state: stopped.get(state, 0) for state in ("rejected", "withdrawn", "open")},
        }
    return out


def _mistakes(frames: Frames) -> Figures:
    events = frames.events[frames.events["application_id"].isin(frames.counted.index)]
    sound = events[~events["is_accidental"] & (events["rank"] <= len(STAGES))]
    moved = sound[sound["stage_code"] != sound.groupby("application_id")["stage_code"].shift(1)]
    again = moved.duplicated(["application_id", "stage_code"])
    return {
        "accidental_events": int(events["is_accidental"].sum()),
        "applications_with_reentry": int(moved.loc[again, "application_id"].nunique()),
    }


def _openings(frames: Frames) -> Figures:
    openings = frames.openings.join(
        frames.requisitions[["is_test", "is_evergreen"]], on="requisition_id"
    )
    target = pd.to_datetime(openings["target_fill_on"])
    regular = ~openings["is_test"] & ~openings["is_evergreen"]
    due = regular & (openings["status_code"] != "cancelled") & (target <= frames.today)
    filled_on = (
        openings["filled_at"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).dt.normalize()
    )
    on_time = due & (openings["status_code"] == "filled") & (filled_on <= target)
    month = target.dt.strftime("%Y-%m-01")
    return {
        "by_status": counts(openings["status_code"]),
        "due": int(due.sum()),
        "on_time": int(on_time.sum()),
        "due_by_month": counts(month[due]),
        "on_time_by_month": counts(month[on_time]),
    }
