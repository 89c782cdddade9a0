"""A local Airflow: its environment, its processes, and a client of its REST API."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from loop.processes import Children
from talentloop.errors import TalentLoopError
from talentloop.ids import secret_key
from talentloop.settings import Settings

AIRFLOW_BIN = Path(sys.executable).with_name("airflow")
WAREHOUSE_POOL = "warehouse_writer"


def airflow_environment(settings: Settings, port: int) -> dict[str, str]:
    """Environment of every Airflow process: SQLite, LocalExecutor, loopback, no examples."""
    home = settings.home / "airflow"
    address = f"http://127.0.0.1:{port}"
    options = {
        "CORE__DAGS_FOLDER": str(settings.project / "dags"),
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "4",
        "CORE__LOAD_EXAMPLES": "false",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "false",
        "CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "true",  # loopback only
        "CORE__FERNET_KEY": "",
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__BASE_URL": address,
        "API__WORKERS": "1",
        "API__SECRET_KEY": secret_key(settings, "airflow_api.key").hex(),
        "API_AUTH__JWT_SECRET": secret_key(settings, "airflow_jwt.key").hex(),
        "DAG_PROCESSOR__REFRESH_INTERVAL": "15",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        "LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "USAGE_DATA_COLLECTION__ENABLED": "false",
    }
    return {
        **os.environ,
        **{f"AIRFLOW__{name}": value for name, value in options.items()},
        "AIRFLOW_HOME": str(home),
        "TALENTLOOP_PROJECT": str(settings.project),
        "TALENTLOOP_HOME": str(settings.home),
        "TALENTLOOP_CONFIG": str(settings.config),
        "TALENTLOOP_SANDBOX_SIZE": settings.sandbox_size,
        "PYTHONPATH": str(settings.project),
        "PYTHONWARNINGS": "ignore",
        "NO_PROXY": "127.0.0.1,localhost",
    }


def prepare_airflow(env: dict[str, str]) -> None:
    """Create or migrate Airflow's database and make the writer's pool of one slot.

    Raises:
        TalentLoopError: an Airflow command failed.
    """
    Path(env["AIRFLOW_HOME"]).mkdir(parents=True, exist_ok=True)
    _command(env, "db", "migrate")
    _command(env, "pools", "set", WAREHOUSE_POOL, "1", "One process writes the warehouse")


def _command(env: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [str(AIRFLOW_BIN), *words],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise TalentLoopError(
            f"airflow {' '.join(words[:2])} failed: {tail}",
            where=env["AIRFLOW_HOME"],
            remedy="`talentloop doctor` checks the installation.",
        )
    return done.stdout


def start_airflow(children: Children, env: dict[str, str]) -> None:
    """Start the API server, the scheduler and the DAG processor, and wait for the first."""
    server = children.start("airflow-api-server", [str(AIRFLOW_BIN), "api-server"], env)
    children.start("airflow-scheduler", [str(AIRFLOW_BIN), "scheduler"], env)
    children.start("airflow-dag-processor", [str(AIRFLOW_BIN), "dag-processor"], env)
    address = env["AIRFLOW__API__BASE_URL"]
    children.wait_healthy(server, f"{address}/api/v2/version", 300)


class AirflowClient:
    """The few calls of Airflow's REST API that the demo needs."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._http = httpx.Client(base_url=address, timeout=30, trust_env=False)

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        for attempt in (1, 2):
            if "Authorization" not in self._http.headers or attempt == 2:
                answer = self._http.get("/auth/token").raise_for_status()
                self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            answer = self._http.request(method, f"/api/v2{path}", **options)
            if answer.status_code != 401:
                break
        if answer.is_error:
            raise TalentLoopError(
                f"Airflow answered {answer.status_code}: {answer.text[:300]}",
                where=f"{method} {path}",
                remedy="See Airflow's log under the home folder.",
            )
        return answer.json() if answer.content else None

    def dag_ids(self) -> set[str]:
        """DAGs that Airflow has parsed."""
        return {dag["dag_id"] for dag in self._ask("GET", "/dags?limit=100")["dags"]}

    def import_errors(self) -> list[str]:
        """Messages of DAG files that did not parse."""
        found = self._ask("GET", "/importErrors")["import_errors"]
        return [f"{item['filename']}: {item['stack_trace'][-400:]}" for item in found]

    def trigger(self, dag_id: str) -> str:
        """Start a run; its id."""
        body = {"logical_date": None}
        return str(self._ask("POST", f"/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def runs(self) -> list[dict[str, Any]]:
        """The newest hundred runs of all DAGs, newest first."""
        path = "/dags/~/dagRuns?limit=100&order_by=-id"
        return list(self._ask("GET", path)["dag_runs"])

    def failed_tasks(self, dag_id: str, run_id: str) -> list[str]:
        """Names of the tasks that failed in a run."""
        found = self._ask("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances")
        return [t["task_id"] for t in found["task_instances"] if t["state"] == "failed"]

    def queued_assets(self, dag_id: str) -> int:
        """Asset events that wait to start a run of a DAG."""
        answer = self._http.get(f"/api/v2/dags/{dag_id}/assets/queuedEvents")
        if answer.status_code == 404:
            return 0
        return int(json.loads(answer.text).get("total_entries", 0))
