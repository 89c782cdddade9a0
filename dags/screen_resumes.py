"""### screen_resumes: read the résumés of new applications and apply the screening rules

Runs after each publication, where `TALENTLOOP_RESUMES` names a folder or `config/resumes.yml` a place to
fetch from. Fetches and reads the résumé of each open application before the interviews that has
rules (`config/screening`), lands what each rule says, and puts proposed exclusions before a person
(`talentloop resume queue`). Nobody is rejected. Announces `landing/screening_result`; skipped when no
application, résumé or rule is new.

**When it fails.** A place that cannot be reached is tried again; what was fetched is screened all the
same. A rule or the taxonomy does not fit: the message names file, field and remedy. A
résumé that cannot be read fails nothing; it opens an incident, and a person looks at the application.
Clear the task to run it again: the same résumés give the same records, and land nothing twice.
"""

from __future__ import annotations

from airflow.sdk import TriggerRule, dag, task
from common import EVERY_DAG, PUBLISHED, TAGS, landing_step, permanent_errors_fail_at_once

from talentloop.settings import get_settings


@dag(
    schedule=[PUBLISHED],
    tags=[*TAGS, "screening"],
    doc_md=__doc__,
    **EVERY_DAG,
)
def screen_resumes() -> None:
    @task
    @permanent_errors_fail_at_once
    def fetch() -> dict:
        from loop.screening import run_fetch

        return run_fetch(get_settings())

    @landing_step("landed/screening", "screening_result", nothing="nothing new to screen")
    def screen() -> dict:
        from loop.screening import run_screening

        return run_screening(get_settings())

    fetch() >> screen.override(trigger_rule=TriggerRule.ALL_DONE)()


screen_resumes()
