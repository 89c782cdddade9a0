"""### screen_resumes: read the résumés of new applications and apply the screening rules

Runs after each publication, where `TALENTLOOP_RESUMES` names a folder. Reads the résumé of each open
application before the interviews that has rules (`config/screening`), lands what each rule says, and
puts proposed exclusions before a person (`talentloop resume queue`). Nobody is rejected. Announces
`landing/screening_result`; skipped when no application, résumé or rule is new.

**When it fails.** A rule or the taxonomy does not fit: the message names file, field and remedy. A
résumé that cannot be read fails nothing; it opens an incident, and a person looks at the application.
Clear the task to run it again: the same résumés give the same records, and land nothing twice.
"""

from __future__ import annotations

from airflow.sdk import AssetAlias, dag, task
from airflow.sdk.exceptions import AirflowSkipException
from common import DEFAULT_ARGS, LANDING, PUBLISHED, START, TAGS, permanent_errors_fail_at_once

from talentloop.settings import get_settings

SCREENED = AssetAlias("landed/screening")


@dag(
    schedule=[PUBLISHED],
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=[*TAGS, "screening"],
    doc_md=__doc__,
)
def screen_resumes() -> None:
    @task(outlets=[SCREENED])
    @permanent_errors_fail_at_once
    def screen(*, outlet_events: dict[AssetAlias, object] | None = None) -> dict:
        from loop.screening import run_screening

        counts = run_screening(get_settings())
        if not counts["news"]:
            raise AirflowSkipException("nothing new to screen")
        outlet_events[SCREENED].add(LANDING["screening_result"])
        return counts

    screen()


screen_resumes()
