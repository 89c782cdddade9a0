"""The deployed shape as data: shape, images, health checks, secrets by file, real commands."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()

Pinned = Annotated[str, StringConstraints(pattern=r"^[a-z0-9./_-]+:[a-z0-9][a-z0-9._-]*$")]
Size = Annotated[str, StringConstraints(pattern=r"^\d+[mg]$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Healthcheck(Strict):
    test: list[str]
    interval: str
    timeout: str
    retries: int
    start_period: str = "0s"


class Logging(Strict):
    driver: Literal["json-file"]
    options: dict[str, str]


class Build(Strict):
    context: Literal["."]
    target: str


class Service(Strict):
    image: Pinned
    build: Build | None = None
    restart: Literal["unless-stopped", "no"]
    init: bool = False
    command: list[str] | None = None
    environment: dict[str, str] = Field(default_factory=dict)
    secrets: list[str] = Field(default_factory=list)
    volumes: list[str] = Field(default_factory=list)
    depends_on: dict[str, dict[str, str]] = Field(default_factory=dict)
    healthcheck: Healthcheck | None = None
    mem_limit: Size
    logging: Logging
    networks: list[str] = Field(default_factory=list)
    network_mode: str | None = None
    ports: list[str] = Field(default_factory=list)
    cap_drop: list[str] = Field(default_factory=list)
    cap_add: list[str] = Field(default_factory=list)
    cgroup: Literal["private"] | None = None
    pids_limit: int | None = None
    security_opt: list[str] = Field(default_factory=list)
    read_only: bool = False
    tmpfs: list[str] = Field(default_factory=list)


class Network(Strict):
    internal: bool = False


class Secret(Strict):
    file: str


class Compose(Strict):
    name: str
    services: dict[str, Service]
    networks: dict[str, Network]
    volumes: dict[str, None]
    secrets: dict[str, Secret]


@pytest.fixture(scope="module")
def compose() -> Compose:
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return Compose.model_validate({k: v for k, v in content.items() if not k.startswith("x-")})


def ours(compose: Compose) -> dict[str, Service]:
    return {n: s for n, s in compose.services.items() if s.build is not None}


def test_every_long_running_service_has_a_health_check(compose: Compose) -> None:
    for name, service in compose.services.items():
        assert service.healthcheck or service.restart == "no", name


def test_images_are_pinned_and_ours_carries_the_projects_version(compose: Compose) -> None:
    version = importlib.metadata.version("talentloop")
    images = {f"talentloop:{version}": "service", f"talentloop-judge:{version}": "judge"}
    assert {s.image: s.build.target for s in ours(compose).values() if s.build} == images
    targets = re.findall(r"^FROM \S+ AS (\w+)$", DOCKERFILE, re.M)
    assert set(images.values()) <= set(targets)
    assert not [s.image for s in compose.services.values() if s.image.endswith(":latest")]


def test_secrets_come_from_files_that_the_script_makes_or_the_runbook_names(
    compose: Compose, tmp_path: Path
) -> None:
    subprocess.run([ROOT / "deploy" / "make_secrets.sh", tmp_path], check=True, capture_output=True)
    made = {file.name for file in tmp_path.iterdir()}
    runbook = (ROOT / "docs" / "runbook.md").read_text()
    for name, secret in compose.secrets.items():
        file = Path(secret.file).name
        assert file in made or file in runbook, f"nobody makes {name}"
    used = {name for service in compose.services.values() for name in service.secrets}
    assert used == set(compose.secrets)
    assert {oct(file.stat().st_mode & 0o777) for file in tmp_path.iterdir()} == {"0o600"}


def test_no_variable_holds_a_password(compose: Compose) -> None:
    for name, service in compose.services.items():
        for variable, value in service.environment.items():
            if re.search("PASSWORD|SECRET|KEY|TOKEN", variable):
                assert value.startswith(("/run/secrets/", "/var/lib/")), f"{name}: {variable}"
            assert not re.search(r"://[^/@:]+:[^/@]+@", value), f"{name}: {variable} has a password"


def test_our_services_drop_all_rights(compose: Compose) -> None:
    for name, service in ours(compose).items():
        assert service.cap_drop == ["ALL"], name
        assert "no-new-privileges:true" in service.security_opt, name
    added = {name: s.cap_add for name, s in compose.services.items() if s.cap_add}
    assert added == {"interview-judge": ["CHOWN", "SETGID", "SETUID"]}
    portal = compose.services["portal"]
    assert portal.read_only
    assert "state:/var/lib/talentloop:ro" in portal.volumes


def test_what_runs_candidates_programs_knows_no_secret_but_the_databases(compose: Compose) -> None:
    judge = compose.services["interview-judge"]
    assert judge.secrets == ["talentloop_database_password"]
    assert judge.networks == ["data"]
    assert compose.networks["data"].internal
    assert judge.read_only
    assert judge.pids_limit


def test_answers_are_evaluated_by_the_workers_and_by_no_task(compose: Compose) -> None:
    kinds = set()
    for name, service in ours(compose).items():
        command = service.command or []
        if command[:3] == ["talentloop", "interview", "work"]:
            kinds.add(command[command.index("--only") + 1])
        elif name not in ("mlflow",):
            assert service.environment["TALENTLOOP_INTERVIEW_WORKERS"] == "own", name
    assert kinds == {"audio", "code"}


def test_references_inside_the_file_lead_somewhere(compose: Compose) -> None:
    for name, service in compose.services.items():
        assert set(service.networks) <= set(compose.networks), name
        assert set(service.depends_on) <= set(compose.services), name
        for volume in service.volumes:
            source = volume.split(":", 1)[0]
            known = source in compose.volumes or (ROOT / source).exists()
            assert known, f"{name}: {source}"


def commands(compose: Compose) -> list[list[str]]:
    """What our services run, shell lines taken apart."""
    found = []
    for service in ours(compose).values():
        words = service.command or []
        shell = words[:2] == ["sh", "-c"]
        found += [shlex.split(part) for part in words[2].split("&&")] if shell else [words]
    return found


def test_every_command_exists_in_the_images_packages(compose: Compose) -> None:
    scripts = {e.name for e in importlib.metadata.entry_points(group="console_scripts")}
    assert {command[0] for command in commands(compose)} <= scripts


def test_airflow_understands_its_commands(compose: Compose) -> None:
    ask = "import json,sys;from airflow.cli.cli_parser import get_parser;p=get_parser();"
    ask += "[p.parse_args(c) for c in json.loads(sys.argv[1])]"
    words = [command[1:] for command in commands(compose) if command[0] == "airflow"]
    words += [s.healthcheck.test[2:] for s in ours(compose).values()
              if s.healthcheck and s.healthcheck.test[1] == "airflow"]  # fmt: skip
    assert len(words) >= 8
    subprocess.run([sys.executable, "-c", ask, json.dumps(words)], check=True, capture_output=True)


def test_the_image_holds_every_room_that_runs() -> None:
    for room in ("talentloop", "connectors", "expectations", "ml", "interview", "portal", "loop", "cli",
                 "dbt", "dags", "config"):  # fmt: skip
        assert re.search(rf"^COPY (--chown=\S+ )?{room} ", DOCKERFILE, re.M), room
    assert "--require-hashes" in DOCKERFILE
    assert "USER talentloop" in DOCKERFILE


def test_the_entry_point_reads_secrets_from_files_and_refuses_a_missing_one(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("s3cret")
    entry = ROOT / "deploy" / "entrypoint.sh"
    env = {"PATH": os.environ["PATH"], "AIRFLOW_DATABASE_PASSWORD_FILE": str(secret)}
    show = ["sh", "-c", "echo $AIRFLOW__DATABASE__SQL_ALCHEMY_CONN; env"]
    done = subprocess.run([entry, *show], env=env, capture_output=True, text=True, check=True)
    assert "airflow:s3cret@postgres:5432/airflow" in done.stdout
    assert "_password=" not in done.stdout
    env["AIRFLOW_JWT_SECRET_FILE"] = str(tmp_path / "none")
    refused = subprocess.run([entry, "true"], env=env, capture_output=True, text=True, check=False)
    assert refused.returncode == 78
    assert "docs/runbook.md" in refused.stderr


def test_the_shell_scripts_parse() -> None:
    assert shutil.which("bash")
    for script in [*(ROOT / "deploy").glob("*.sh"), *(ROOT / "scripts").glob("*.sh")]:
        subprocess.run(["bash", "-n", script], check=True)
