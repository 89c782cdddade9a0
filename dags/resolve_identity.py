"""### resolve_identity: find the records that are one person, and land the links

Runs after each publication. Compares the candidate and employee records of the restricted copy
where no exact identifier joins them (Splink, rule in `config/identity.yml`), lands the links that
are new or changed, and puts doubtful pairs before a person. Announces `landing/person_link`;
skipped when records, rule and decisions are what they were.

**When it fails.** Persons stay joined as they were. A message about memory: raise
`TALENTLOOP_WAREHOUSE_MEMORY` or lower `block_max_records`. Clear the task to run it again: the same
records give the same links, and land nothing twice. A wrong merge: `talentloop identity split`.
"""

from __future__ import annotations

from airflow.sdk import dag
from common import EVERY_DAG, PUBLISHED, TAGS, landing_step

from talentloop.settings import get_settings


@dag(
    schedule=[PUBLISHED],
    tags=[*TAGS, "identity"],
    doc_md=__doc__,
    **EVERY_DAG,
)
def resolve_identity() -> None:
    @landing_step("landed/identity", "person_link", nothing="no link has changed")
    def resolve() -> dict:
        from loop.steps import run_resolve_identity

        return run_resolve_identity(get_settings())

    resolve()


resolve_identity()
