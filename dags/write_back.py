"""### write_back: return results, tags and advice to the HR system, and prove that they arrived

Runs after each publication. Compares the export marts with what was last sent, queues the
differences in the outbox, delivers what is due, reads it back and compares: MATCH, DRIFT (a
person edited it there: their edit stays) or MISSING.

**When it fails.** Nothing is lost: what was not delivered stays in the outbox, and a lost
response is read back before anything is sent again. An outage is retried; a refusal by the HR
system is kept with its words under outbox on the data-quality page; after too many attempts an
item is dead until `talentloop outbox replay`. A paused destination is left alone, which is no
failure: `talentloop outbox resume`.
"""

from __future__ import annotations

from airflow.sdk import dag, task
from common import EVERY_DAG, PUBLISHED, TAGS, permanent_errors_fail_at_once

from loop import steps
from talentloop.settings import get_settings


@dag(
    schedule=[PUBLISHED],
    tags=[*TAGS, "write-back"],
    doc_md=__doc__,
    **EVERY_DAG,
)
def write_back() -> None:
    for destination in steps.destination_names(get_settings()):

        @task(task_id=f"deliver_{destination}")
        @permanent_errors_fail_at_once
        def deliver(name: str) -> dict:
            return steps.run_deliver(get_settings(), name)

        @task(task_id=f"reconcile_{destination}")
        @permanent_errors_fail_at_once
        def reconcile(name: str) -> dict:
            return steps.run_reconcile(get_settings(), name)

        deliver(destination) >> reconcile(destination)


write_back()
