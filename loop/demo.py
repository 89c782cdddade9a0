"""The demo: sandbox tenant, real Airflow, portal and MLflow; the loop once round; a summary."""

from __future__ import annotations

import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from loop import steps
from loop.airflow import AirflowClient, airflow_environment, prepare_airflow, start_airflow
from loop.interviews.simulated import make_recordings
from loop.processes import Children, free_port
from loop.status import loop_status
from loop.summary import print_summary, step_line
from talentloop.errors import TalentLoopError
from talentloop.ops.steps import step_runs
from talentloop.settings import Settings

CHAINED = (
    "evaluate_interviews", "build_warehouse", "resolve_identity", "train_models", "score_candidates", "write_back",
)  # fmt: skip
MOVING = ("queued", "running")
_LONGEST_LOOP_SECONDS = 1800
_QUIET_POLLS = 3
#: Enough to see the whole path; each takes some seconds of a core.
_INTERVIEWS = 3


@dataclass
class Demo:
    """What runs, and where a person finds it."""

    settings: Settings
    console: Console
    children: Children
    links: dict[str, str] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        """One line of progress with the seconds since the start."""
        elapsed = time.monotonic() - self.started
        self.console.print(f"[dim]{elapsed:5.0f} s[/]  {text}", highlight=False, soft_wrap=True)


def run_demo(settings: Settings, console: Console, *, once: bool) -> bool:
    """Run the loop through scheduled DAG runs; serve until interrupted unless `once`.

    Returns:
        Whether the loop closed.
    """
    # As an exception, the signal leaves through the block below, which stops the children.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with Children(settings.home / "logs") as children:
        demo = Demo(settings, console, children)
        demo.say("Setting up state under " + str(settings.home))
        steps.run_init(settings)
        env = _start(demo)
        before = _newest_step(settings)
        failures = _run_loop(demo, AirflowClient(env["AIRFLOW__API__BASE_URL"]), before)
        status = loop_status(settings)
        print_summary(console, settings, status, demo.links, failures, after_step=before)
        closed = bool(status["closed"]) and not failures
        if not once:
            _serve(demo)
    return closed


def _start(demo: Demo) -> dict[str, str]:
    settings, children = demo.settings, demo.children
    port = free_port(settings.airflow_port)
    env = airflow_environment(settings, port)
    env["TALENTLOOP_AIRFLOW_URL"] = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "cli.main"]

    demo.say("Starting the sandbox tenant (simulating its company on the first start)")
    sandbox_port = free_port(settings.sandbox_port)
    sandbox = children.start(
        "sandbox", [*command, "sandbox", "serve", "--port", str(sandbox_port)], env
    )
    portal_port = free_port(settings.portal_port)
    portal = children.start("portal", [*command, "portal", "--port", str(portal_port)], env)

    # The interviews are generated, and so is what the tiny speech model for tests makes of them.
    env["TALENTLOOP_ALLOW_TEST_SPEECH_MODEL"] = "true"
    env["TALENTLOOP_PORTAL_URL"] = f"http://127.0.0.1:{portal_port}"
    demo.say(f"Starting Airflow on port {port}")
    prepare_airflow(env)
    children.wait_healthy(sandbox, f"http://127.0.0.1:{sandbox_port}/sandbox/health", 180)
    made = make_recordings(settings, _INTERVIEWS)
    demo.say(f"Recorded {made} simulated interviews with generated speech")
    start_airflow(children, env)  # after both: it looks for ended interviews at once
    children.wait_healthy(portal, f"http://127.0.0.1:{portal_port}/healthz", 60)
    demo.links = {
        "Portal": f"http://127.0.0.1:{portal_port}/",
        "Airflow": f"http://127.0.0.1:{port}/",
        "Sandbox tenant": f"http://127.0.0.1:{sandbox_port}/sandbox/health",
    }
    return env


def _run_loop(demo: Demo, client: AirflowClient, after_step: int) -> list[str]:
    """Trigger every ingest DAG and follow the assets until nothing moves; failed tasks."""
    wanted = {f"ingest_{name}" for name in steps.source_names(demo.settings)}
    wanted.add("ingest_interviews")
    _wait_for_dags(demo, client, wanted | set(CHAINED))
    known = {run["dag_run_id"] for run in client.runs() if run["state"] not in MOVING}
    for dag_id in sorted(wanted):
        _start_ingest(demo, client, dag_id)
    shown, quiet = after_step, 0
    deadline = time.monotonic() + _LONGEST_LOOP_SECONDS
    while quiet < _QUIET_POLLS:
        if time.monotonic() > deadline:
            return ["the loop did not come to rest within half an hour"]
        for child in demo.children.running:
            child.check()
        time.sleep(1)
        shown = _show_steps(demo, shown)
        quiet = 0 if _is_moving(client) else quiet + 1
    _show_steps(demo, shown)
    return [
        f"{run['dag_id']}: {task}"
        for run in client.runs()
        if run["state"] == "failed" and run["dag_run_id"] not in known
        for task in client.failed_tasks(run["dag_id"], run["dag_run_id"]) or ["(no task started)"]
    ]


def _start_ingest(demo: Demo, client: AirflowClient, dag_id: str) -> None:
    """Trigger an ingest, unless its schedule has just started one."""
    if any(run["dag_id"] == dag_id and run["state"] in MOVING for run in client.runs()):
        demo.say(f"{dag_id} runs by its schedule; the rest follows from its assets")
        return
    client.trigger(dag_id)
    demo.say(f"Triggered {dag_id}; the rest follows from its assets")


def _wait_for_dags(demo: Demo, client: AirflowClient, wanted: set[str]) -> None:
    deadline = time.monotonic() + 120
    while not wanted <= client.dag_ids():
        if errors := client.import_errors():
            raise TalentLoopError(
                "A DAG file does not parse", where=errors[0], remedy="Correct it."
            )
        if time.monotonic() > deadline:
            raise TalentLoopError(
                f"Airflow has not parsed {sorted(wanted - client.dag_ids())} within two minutes",
                where=str(demo.settings.home / "logs"),
                remedy="Read the log of the DAG processor.",
            )
        time.sleep(0.5)


def _is_moving(client: AirflowClient) -> bool:
    if any(run["state"] in MOVING for run in client.runs()):
        return True
    return any(client.queued_assets(dag_id) for dag_id in CHAINED)


def _show_steps(demo: Demo, after_id: int) -> int:
    """Print steps that ended since `after_id`, oldest first; the newest id printed."""
    shown = after_id
    for run in reversed(step_runs(demo.settings, after_id=after_id)):
        if run.state == "running":
            break
        demo.say(step_line(run))
        shown = run.id
    return shown


def _newest_step(settings: Settings) -> int:
    newest = step_runs(settings, limit=1)
    return newest[0].id if newest else 0


def _serve(demo: Demo) -> None:
    settings = demo.settings
    env = airflow_environment(settings, 0)
    port = free_port(settings.mlflow_port)
    tool = Path(sys.executable).with_name("mlflow")
    mlflow = demo.children.start(
        "mlflow",
        [str(tool), "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
         "--backend-store-uri", settings.mlflow_uri,
         "--artifacts-destination", str(settings.mlflow_artifacts_dir)],
        {**env, "MLFLOW_DISABLE_TELEMETRY": "true"},
    )  # fmt: skip
    demo.children.wait_healthy(mlflow, f"http://127.0.0.1:{port}/health", 120)
    demo.say(f"MLflow  http://127.0.0.1:{port}/")
    demo.say("Serving until you press Ctrl-C")
    try:
        while True:
            for child in demo.children.running:
                child.check()
            time.sleep(2)
    except KeyboardInterrupt:
        demo.say("Stopping")
