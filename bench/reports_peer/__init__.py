"""The figures of the reports as an analyst computes them with pandas and lifelines.

The peer of bench/reports.py. It reads what is published in one row per record (`fct_`, `dim_`,
`talent_profile`) and, for what is not published, the newest records of the build file; all that
`mart_` models and the estimates behind them hold, it computes itself. Nothing here comes from
talentloop/reports or from the SQL of the marts.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from bench.reports_peer.company import Company
from bench.reports_peer.conversion import cohort_hire_rate, funnel, hiring_funnel, stage_pass
from bench.reports_peer.interviews import (
    interview_validity,
    interviewer_load,
    score_distribution,
    top_ten,
)
from bench.reports_peer.sources import source_attribution, source_quality
from bench.reports_peer.speed import (
    stage_ageing,
    stage_incidence,
    stage_survival,
    stage_time,
    time_to_fill,
    time_to_hire,
    time_to_hire_by_channel,
    time_to_hire_cohort,
    time_to_hire_distribution,
)
from bench.reports_peer.totals import cost, data_completeness, monthly_hiring_efficiency
from bench.reports_peer.work import offers, retention_90d, retention_by_cohort

__all__ = ["REPORTS", "Company"]

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
