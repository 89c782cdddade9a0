"""### ingest_<source>: pull what changed in one source and land it

One DAG for each file in `config/sources/`. It reads what changed since the source's cursor, maps
it to canonical records, sends what breaks its contract to quarantine, lands the rest as Parquet
and only then moves the cursor. It announces the assets `landing/<entity>` of what landed; when
nothing changed, the task is skipped and nothing downstream runs.

**When it fails.** The error names the source, the place and the remedy, and stands as an incident
on the data-quality page. A wrong password or a configuration error fails at once; an outage is
retried with growing pauses. Running it again is always safe: what has landed does not land twice.
A source that lost its cursor, or a doubt about completeness: `talentloop ingest SOURCE --full`.
"""

from __future__ import annotations

from airflow.sdk import DAG, AssetAlias, dag, task
from airflow.sdk.exceptions import AirflowSkipException
from common import EVERY_DAG, LANDING, TAGS, permanent_errors_fail_at_once

from connectors.registry import SourceConfig, list_sources
from talentloop.settings import get_settings


def make_dag(source: SourceConfig) -> DAG:
    """The ingest DAG of one configured source."""
    landed = AssetAlias(f"landed/{source.name}")

    @dag(
        dag_id=f"ingest_{source.name}",
        schedule=source.schedule,
        tags=[*TAGS, "ingest"],
        doc_md=__doc__,
        **EVERY_DAG,
    )
    def ingest() -> None:
        @task(outlets=[landed])
        @permanent_errors_fail_at_once
        def pull(name: str, *, outlet_events: dict[AssetAlias, object] | None = None) -> dict:
            from loop.steps import run_ingest

            counts = run_ingest(get_settings(), name)
            if not counts["news"]:
                raise AirflowSkipException(f"{name}: nothing has changed")
            for entity in counts["news"]:
                outlet_events[landed].add(LANDING[entity])
            return counts

        pull(source.name)

    return ingest()


for configured in list_sources(get_settings()):
    globals()[f"ingest_{configured.name}"] = make_dag(configured)
