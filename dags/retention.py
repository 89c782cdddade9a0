"""### retention: delete personal data about interviews that has served

Every night. Plans, bookings, calendar entries, events posted by vendors, fetched résumé files and a
language model's replies about answers are deleted once they are older than
`config/policies/retention.yml` allows; the audit trail notes how many. What `talentloop retention
--dry-run` shows is what the next run deletes.

**When it fails.** Nothing is half deleted: one transaction deletes all rows or none, then the files
go. "File not found" or a field that does not fit: correct `config/policies/retention.yml`, then clear
the task. Clearing it is always safe: what is gone stays gone.
"""

from __future__ import annotations

from airflow.sdk import dag, task
from common import EVERY_DAG, TAGS, permanent_errors_fail_at_once

from talentloop.settings import get_settings


@dag(
    schedule="30 3 * * *",
    tags=[*TAGS, "retention"],
    doc_md=__doc__,
    **EVERY_DAG,
)
def retention() -> None:
    @task
    @permanent_errors_fail_at_once
    def delete_outlived() -> dict:
        from loop.steps import run_retention

        return run_retention(get_settings())

    delete_outlived()


retention()
