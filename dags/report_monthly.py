"""### report_monthly: freeze last month's figures, and log what later data change

Runs after each publication, and on the first of each month in case nothing was published. The
figures of the monthly report are frozen once a month, as they stood when the month had ended;
frozen figures that the newest publication changes are written to the log of restatements
(`talentloop restatements`), each change once. Where a channel is configured for it, the card of the
last frozen month is queued, once a month; the DAG `notify` sends it.

**When it fails.** Reports go on; only the log is behind. "Has not ended in the published data":
ingest and publish first, then clear the task. Clearing it is always safe: what is frozen stays,
and a change that is logged is not logged again.
"""

from __future__ import annotations

from airflow.sdk import dag, task
from airflow.timetables.assets import AssetOrTimeSchedule
from airflow.timetables.trigger import CronTriggerTimetable
from common import EVERY_DAG, PUBLISHED, TAGS, permanent_errors_fail_at_once

from loop import steps
from talentloop.settings import get_settings


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("0 2 1 * *", timezone="UTC"), assets=PUBLISHED
    ),
    tags=[*TAGS, "reports"],
    doc_md=__doc__,
    **EVERY_DAG,
)
def report_monthly() -> None:
    @task
    @permanent_errors_fail_at_once
    def freeze() -> dict:
        return steps.run_freeze(get_settings())

    @task
    @permanent_errors_fail_at_once
    def tell() -> int:
        from loop.notify import notify_monthly

        return notify_monthly(get_settings())

    freeze() >> tell()


report_monthly()
