"""### ingest_interviews: take in what has ended on the interview platform

Every few minutes (`config/interviews.yml`), where a platform is configured. Brings the recordings and
source files of each ended interview, verified, and announces `interviews/ended` while anything waits
to be evaluated; skipped when nothing does.

**When it fails.** An outage is retried; what was brought stays, and no interview is taken in half. A file
that is not the one that the platform told of is asked for again. Running it again is always safe.
"""

from __future__ import annotations

from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowSkipException
from common import EVERY_DAG, INTERVIEWS_ENDED, TAGS, permanent_errors_fail_at_once

from loop.interviews import settings_of_dag
from talentloop.settings import get_settings


@dag(
    schedule=settings_of_dag(get_settings()).schedule,
    tags=[*TAGS, "ingest"],
    doc_md=__doc__,
    **EVERY_DAG,
)
def ingest_interviews() -> None:
    @task(outlets=[INTERVIEWS_ENDED])
    @permanent_errors_fail_at_once
    def collect() -> dict:
        from loop.interviews.steps import run_collect

        counts = run_collect(get_settings())
        if not counts.get("news"):
            raise AirflowSkipException("no interview has ended")
        return counts

    collect()


ingest_interviews()
