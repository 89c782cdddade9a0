"""### build_warehouse: check what landed, build the warehouse, publish the marts

Runs whenever something landed: records of a source, or predictions. Great Expectations checks
each new load; dbt builds in one task, holding the one slot of the pool `warehouse_writer`; the
marts are published as a new version and the pointer moves. Announces `warehouse/published`.

**When it fails.** Readers keep the version they have. `check` failed: a load broke an
expectation; see the data docs, correct at the source and ingest again, or set the load aside with
`talentloop quarantine reject-load`, then clear the task. `build` failed: the message names the
model or test; the build works on a copy, so nothing is half-built. `publish` failed: mostly a full
disk; clear the task once there is room.
"""

from __future__ import annotations

from airflow.sdk import AssetAny, dag, task
from common import (
    EVERY_DAG,
    LANDING,
    PUBLISHED,
    TAGS,
    WAREHOUSE_POOL,
    permanent_errors_fail_at_once,
    predictions,
)

from loop import steps
from talentloop.settings import get_settings

MODELS = steps.model_names(get_settings())


@dag(
    schedule=AssetAny(*LANDING.values(), *(predictions(model) for model in MODELS)),
    tags=[*TAGS, "warehouse"],
    doc_md=__doc__,
    **EVERY_DAG,
)
def build_warehouse() -> None:
    @task
    @permanent_errors_fail_at_once
    def check() -> dict:
        return steps.run_check(get_settings())

    @task(pool=WAREHOUSE_POOL)
    @permanent_errors_fail_at_once
    def build() -> dict:
        return steps.run_build(get_settings())

    @task(pool=WAREHOUSE_POOL, outlets=[PUBLISHED])
    @permanent_errors_fail_at_once
    def publish() -> dict:
        return steps.run_publish(get_settings())

    check() >> build() >> publish()


build_warehouse()
