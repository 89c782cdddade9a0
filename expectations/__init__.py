"""The checks at the doors: landed batches, features and predictions, by Great Expectations.

Only this module's functions are meant for other rooms. They import Great Expectations when
called, because that takes seconds.
"""

from expectations.check import check_pending, recheck, reject_load
from expectations.outbound import check_exports, check_features, check_predictions
from expectations.outcome import BatchRun, CheckReport, Failure, SuiteRun

__all__ = [
    "BatchRun", "CheckReport", "Failure", "SuiteRun", "check_exports", "check_features",
    "check_pending", "check_predictions", "recheck", "reject_load",
]  # fmt: skip
