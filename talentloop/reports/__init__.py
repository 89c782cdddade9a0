"""Reports: one registry that pages, exports and the command line read alike."""

from talentloop.reports.options import ReportingOptions, load_options
from talentloop.reports.parameters import ParameterError
from talentloop.reports.privacy import Withheld
from talentloop.reports.registry import all_reports, get_report, report_names
from talentloop.reports.result import ReportMeta, ReportResult
from talentloop.reports.runner import end_of_day, open_at, run_report

__all__ = [
    "ParameterError", "ReportMeta", "ReportResult", "ReportingOptions", "Withheld", "all_reports",
    "end_of_day", "get_report", "load_options", "open_at", "report_names", "run_report",
]  # fmt: skip
