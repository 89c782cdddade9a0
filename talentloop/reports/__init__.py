"""Reports: one registry that pages, exports and the command line read alike."""

from talentloop.reports.comparison import Comparison, as_lines, as_result, compare_report
from talentloop.reports.drill import Target, drill_target, find_target
from talentloop.reports.options import ReportingOptions, load_options
from talentloop.reports.parameters import ParameterError
from talentloop.reports.privacy import Withheld
from talentloop.reports.registry import all_reports, get_report, report_names
from talentloop.reports.result import ReportMeta, ReportResult
from talentloop.reports.runner import end_of_day, open_at, run_compared, run_report

__all__ = [
    "Comparison", "ParameterError", "ReportMeta", "ReportResult", "ReportingOptions", "Target",
    "Withheld", "all_reports", "as_lines", "as_result", "compare_report", "drill_target", "end_of_day",
    "find_target", "get_report", "load_options", "open_at", "report_names", "run_compared", "run_report",
]  # fmt: skip
