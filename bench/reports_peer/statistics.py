"""Estimates as pandas, scipy and lifelines give them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.utils import qth_survival_time
from scipy import stats

Z = stats.norm.ppf(0.975)


STAGES = ["applied", "screen", "ai_interview", "interview", "offer_approval", "offer", "hired"]


MINIMUM_N, OPEN_SHARE, OFFER_DAYS, SCORECARD_HOURS = 5, 0.2, 14, 48


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


def as_counted(days: pd.Series) -> pd.Series:
    """Lengths of waits as estimates count them: hundredths of a day up to ten days, then tenths.

    SQL rounds halves up, numpy to the even neighbour.
    """
    steps = pd.Series(100, index=days.index).where(days < 10, 10)
    return np.floor(days * steps + 0.5) / steps


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
    """Cumulative incidence of one cause, with its interval, by lifelines, over the days.

    lifelines moves ties apart at random and drops what ends on day 0. So it gets each case's place in
    the order of days instead, ends before what is open: one by one they add up to what they are together.
    """
    order = np.lexsort((cause.isna(), days))
    codes = pd.Series(0, index=cause.index).mask(cause.notna(), 2).mask(cause == wanted, 1)
    fit = AalenJohansenFitter(calculate_variance=interval)
    fit.fit(np.arange(1, len(days) + 1), codes.to_numpy()[order], event_of_interest=1)
    curve = fit.cumulative_density_.set_axis(["rate"], axis=1)
    if interval:
        ends = np.sort(fit.confidence_interval_.to_numpy(), axis=1)  # lifelines swaps their names
        curve["lower"], curve["upper"] = ends[:, 0], ends[:, 1]
    return curve.set_axis(np.concatenate([[-1], days.to_numpy()[order]]), axis=0)
