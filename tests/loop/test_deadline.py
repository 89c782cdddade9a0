"""A run of evaluate_interviews that is not through in time: the real scheduler tells, the portal shows."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from interview.evaluation.notice import notice
from loop.airflow import AIRFLOW_BIN, airflow_environment
from loop.processes import free_port
from portal import create_app
from talentloop import ops
from talentloop.ops.incidents import open_incidents
from talentloop.settings import Settings
from tests.interview.evaluation.made import folder, interview

ROOT = Path(__file__).parents[2]
DAG = "evaluate_interviews"
#: Minutes that a report may take here: two seconds.
SHORT = "report_minutes: 0.0333"
#: Airflow's own commands, in one process: each would load it anew.
COMMANDS = f"""
import sys
from airflow.__main__ import main
for words in ("db migrate", "dags reserialize", "dags trigger {DAG}"):
    sys.argv = ["airflow", *words.split()]
    main()
"""

pytestmark = pytest.mark.loop


@pytest.fixture
def late(tmp_path: Path) -> Settings:
    """An installation with a short deadline, in which an interview waits."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    options = tmp_path / "config" / "interviews.yml"
    options.write_text(options.read_text().replace("report_minutes: 10", SHORT))
    assert SHORT in options.read_text()
    made = Settings(home=tmp_path / "home", config=tmp_path / "config", portal_port=0)
    ops.migrate(made)
    assert notice(made, folder(made.home, interview()), is_simulated=True)
    return made


@pytest.fixture
def airflow(late: Settings, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A scheduler with this one DAG, paused: a run of it waits and is late for certain."""
    dags = tmp_path / "dags"
    dags.mkdir()
    for name in (f"{DAG}.py", "common.py"):
        shutil.copy(ROOT / "dags" / name, dags)
    env = airflow_environment(late, free_port(0)) | {
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "true",
        "PYTHONPATH": str(ROOT),
    }
    Path(env["AIRFLOW_HOME"]).mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS], env=env, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    with (tmp_path / "scheduler.log").open("wb") as log:
        scheduler = subprocess.Popen(
            [AIRFLOW_BIN, "scheduler"], env=env, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield env
    finally:
        os.killpg(scheduler.pid, signal.SIGTERM)
        try:
            scheduler.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(scheduler.pid, signal.SIGKILL)
            scheduler.wait(10)


def test_a_run_that_misses_its_deadline_opens_an_incident_that_the_portal_shows(
    late: Settings, airflow: dict[str, str], tmp_path: Path
) -> None:
    until = time.monotonic() + 180  # on a busy machine; seconds on an idle one
    while not (found := open_incidents(late)) and time.monotonic() < until:
        time.sleep(0.2)
    assert found, (tmp_path / "scheduler.log").read_text()[-4000:]
    [incident] = found
    assert (incident.kind, incident.location) == ("report_late", DAG)
    assert "1 interviews" in incident.detail
    with closing(sqlite3.connect(Path(airflow["AIRFLOW_HOME"]) / "airflow.db")) as db:
        assert db.execute("select missed from deadline").fetchall() == [(1,)]
        assert db.execute("select state from dag_run").fetchall() == [("queued",)]
    with TestClient(create_app(late), base_url="http://127.0.0.1") as portal:
        page = portal.get("/quality").text
    assert "面试反馈报告没有按时送到" in page
    assert incident.title in page
