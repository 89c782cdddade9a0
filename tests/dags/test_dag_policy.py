"""Policy of the DAGs, on a bag that is proven not empty."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

#: Everything about the bag that the tests ask, gathered in a process with an Airflow home of its own.
PROBE = textwrap.dedent(
    """
    import json, sys, time
    from airflow.dag_processing.dagbag import DagBag
    import airflow.sdk
    begun = time.perf_counter()
    bag = DagBag(sys.argv[1])
    seconds = time.perf_counter() - begun
    dags = {
        dag_id: {
            "doc": dag.doc_md or "",
            "catchup": dag.catchup,
            "max_active_runs": dag.max_active_runs,
            "tags": sorted(dag.tags),
            "timetable": type(dag.timetable).__name__,
            "tasks": {
                task.task_id: {
                    "owner": task.owner,
                    "retries": task.retries,
                    "backoff": bool(task.retry_exponential_backoff),
                    "timeout": task.execution_timeout.total_seconds() if task.execution_timeout else None,
                    "pool": task.pool,
                    "on_failure": bool(task.on_failure_callback),
                    "outlets": [o.name for o in task.outlets],
                }
                for task in dag.tasks
            },
        }
        for dag_id, dag in bag.dags.items()
    }
    heavy = [m for m in ("great_expectations", "mlflow", "xgboost", "sklearn", "pandas", "faster_whisper")
             if m in sys.modules]
    print("BAG " + json.dumps(
        {"seconds": seconds, "errors": bag.import_errors, "dags": dags, "heavy": heavy}))
    """
)


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("airflow")
    env = {
        **os.environ, "AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "true", "PYTHONPATH": f"{ROOT}:{ROOT / 'dags'}",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(ROOT / "dags")],
        env=env, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if line.startswith("BAG ")]
    assert lines, done.stdout[-2000:] + done.stderr[-2000:]
    return dict(json.loads(lines[0][4:]))


def tasks(bag: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{dag_id}.{task_id}", task)
        for dag_id, dag in bag["dags"].items()
        for task_id, task in dag["tasks"].items()
    ]


def test_the_bag_holds_every_dag_and_every_file_parses(bag: dict[str, Any]) -> None:
    assert bag["errors"] == {}
    assert set(bag["dags"]) == {
        "ingest_successfactors", "build_warehouse", "report_monthly", "resolve_identity", "train_models",
        "score_candidates", "write_back", "notify", "retention", "ingest_interviews",
        "evaluate_interviews", "screen_resumes", "monitor_speech",
    }  # fmt: skip
    assert len(tasks(bag)) >= 10


def test_parsing_loads_none_of_the_heavy_engines(bag: dict[str, Any]) -> None:
    assert bag["heavy"] == []


def test_every_dag_is_documented_tagged_and_never_overtakes_itself(bag: dict[str, Any]) -> None:
    for dag_id, dag in bag["dags"].items():
        assert "When it fails" in dag["doc"], dag_id
        assert "talentloop" in dag["tags"], dag_id
        assert dag["max_active_runs"] == 1, dag_id
        assert dag["catchup"] is False, dag_id


def test_every_task_retries_with_growing_pauses_ends_in_time_and_reports(
    bag: dict[str, Any],
) -> None:
    for name, task in tasks(bag):
        assert task["owner"] == "talentloop", name
        assert 1 <= task["retries"] <= 5, name
        assert task["backoff"], name
        assert task["timeout"], name
        assert task["on_failure"], name


def test_only_one_task_at_a_time_may_write_the_warehouse(bag: dict[str, Any]) -> None:
    pools = {name: task["pool"] for name, task in tasks(bag)}
    writers = {name for name, pool in pools.items() if pool == "warehouse_writer"}
    assert writers == {"build_warehouse.build", "build_warehouse.publish"}


def test_all_but_the_first_and_what_runs_at_night_are_scheduled_by_assets(
    bag: dict[str, Any],
) -> None:
    for dag_id, dag in bag["dags"].items():
        if dag_id == "notify":
            assert dag["timetable"] == "NullTimetable", "no channel is configured"
            continue
        by_clock = dag_id.startswith("ingest_") or dag_id in ("retention", "monitor_speech")
        expected = "Cron" if by_clock else "Asset"
        assert expected in dag["timetable"], f"{dag_id}: {dag['timetable']}"


def test_each_dag_file_fits_one_screen() -> None:
    for file in (ROOT / "dags").glob("*.py"):
        if file.name != "common.py":
            assert len(file.read_text().splitlines()) <= 120, file.name


def test_dags_hold_no_business_logic() -> None:
    """They import the steps, the settings and Airflow; never an engine."""
    for file in (ROOT / "dags").glob("*.py"):
        for line in file.read_text().splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]):
                assert words[1].split(".")[0] not in ("ml", "expectations", "duckdb"), file.name
