"""The whole loop through the real scheduler: sandbox tenant, Airflow, checks, dbt, models, write-back.

One run, a second that finds nothing new, and a third after a day has
passed there and a person has edited what was written back. Minutes, not seconds: marked `loop`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]
TOOL = Path(sys.executable).with_name("talentloop")

pytestmark = pytest.mark.loop


@dataclass
class Loop:
    """An installation of its own, and what it answers."""

    env: dict[str, str]

    def run(self, *words: str, timeout: int = 900) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [TOOL, *words], env=self.env, cwd=ROOT, capture_output=True, text=True, check=False,
            timeout=timeout,
        )  # fmt: skip

    def status(self) -> dict[str, Any]:
        done = self.run("status", "--json")
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Loop:
    home = tmp_path_factory.mktemp("loop") / "home"
    env = {
        **os.environ, "TALENTLOOP_HOME": str(home), "TALENTLOOP_SANDBOX_SIZE": "demo",
        "TALENTLOOP_PORTAL_PORT": "0", "TALENTLOOP_SANDBOX_PORT": "0",
        "TALENTLOOP_AIRFLOW_PORT": "18680", "TALENTLOOP_LOG_LEVEL": "WARNING",
    }  # fmt: skip
    return Loop(env)


@pytest.fixture(scope="module")
def first(loop: Loop) -> dict[str, Any]:
    done = loop.run("demo", "--once")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    assert "The loop is closed" in done.stdout
    return loop.status()


@pytest.fixture(scope="module")
def tenant(loop: Loop) -> Iterator[str]:
    """The sandbox tenant, running for the tests that come after the loop."""
    command = [TOOL, "sandbox", "serve", "--port", "0"]
    process = subprocess.Popen(command, env=loop.env, cwd=ROOT, stderr=subprocess.DEVNULL)
    note = Path(loop.env["TALENTLOOP_HOME"]) / "sandbox" / "service.json"
    try:
        for _ in range(600):
            if process.poll() is None and note.exists():
                noted = json.loads(note.read_text())
                if noted["pid"] == process.pid:
                    break
            time.sleep(0.1)
        yield str(json.loads(note.read_text())["url"])
    finally:
        process.terminate()
        process.wait(30)


def test_the_loop_closes_with_something_at_every_stage(first: dict[str, Any]) -> None:
    assert first["closed"] is True
    assert len(first["landed"]) == 19
    assert all(first["landed"].values())
    assert set(first["loads"]) == {"passed"}
    assert first["checks"]["run"] >= 14
    assert first["checks"]["failed"] == 0
    assert first["incidents"] == 0
    for relation in ("talent_profile", "mart_hiring_funnel", "mart_time_to_hire",
                     "mart_source_quality", "mart_monthly_hiring_efficiency",
                     "mart_interview_validity", "mart_prediction"):  # fmt: skip
        assert first["published"]["rows"][relation] > 0, relation


def test_the_interviews_that_ended_went_all_the_way(first: dict[str, Any]) -> None:
    found = first["interviews"]
    assert found["states"] == {"delivered": 3}
    assert found["open_audio"] == found["open_code"] == found["failed"] == 0
    assert found["unit_cpu_per_audio_minute"] > 0
    assert first["published"]["rows"]["mart_interview_report"] == 3
    assert first["published"]["rows"]["mart_answer_evidence"] >= 9


def test_both_models_have_a_champion_that_passed_the_gate(first: dict[str, Any]) -> None:
    assert set(first["models"]) == {"performance_6m", "probation_attrition"}


def test_everything_sent_was_read_back_and_matched(first: dict[str, Any]) -> None:
    assert set(first["outbox"]) <= {"CONFIRMED", "SUPERSEDED"}
    assert set(first["reconcile"]) == {"MATCH"}
    assert first["reconcile"]["MATCH"] == first["outbox"]["CONFIRMED"]


def test_a_second_run_lands_builds_and_sends_nothing(loop: Loop, first: dict[str, Any]) -> None:
    done = loop.run("demo", "--once")
    assert done.returncode == 0, done.stdout[-4000:]
    second = loop.status()
    for stage in ("landed", "published", "models", "outbox"):
        assert second[stage] == first[stage], stage


def test_a_day_later_only_what_changed_goes_round_and_a_persons_edit_stays(
    loop: Loop, first: dict[str, Any], tenant: str
) -> None:
    exported = json.loads(
        loop.run(
            "query", "select application_id from exp_successfactors__interview_result limit 1",
            "--format", "json",
        ).stdout
    )  # fmt: skip
    edited = exported[0]["application_id"]
    answer = httpx.post(
        f"{tenant}/sandbox/successfactors/edit", trust_env=False,
        json={"key": edited, "fields": {"cust_tlOverallScore": 1}},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    assert loop.run("sandbox", "advance", "--days", "1").returncode == 0
    landed = json.loads(loop.run("ingest", "successfactors", "--json").stdout)
    assert 0 < landed["landed"] < sum(first["landed"].values()) / 10
    for step in ("check", "build", "publish", "score", "deliver", "reconcile"):
        done = loop.run(step)
        assert done.returncode == 0, f"{step}: {done.stdout[-500:]} {done.stderr[-1500:]}"
    after = loop.status()
    assert after["published"]["as_of"] > first["published"]["as_of"]
    assert after["reconcile"].get("DRIFT") == 1
