"""A PostgreSQL server of the tests' own, as the compose file starts one."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from loop.processes import free_port

ROOT = Path(__file__).parents[2]


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL prefix of a fresh server, set up by deploy/postgres-init.sh; role passwords are `pw`.

    Its folder is not one of pytest's: any other run of pytest closes those to other users again,
    and the server does not run as root.
    """
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed; `make test` installs it where it can")
    folder = Path(tempfile.mkdtemp(prefix="talentloop-postgres-"))
    as_owner: list[str] = []
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_owner = ["runuser", "-u", "postgres", "--"]
    data, port = folder / "data", free_port(0)
    initdb = [*as_owner, programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres"]
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [*as_owner, programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    subprocess.run([*control, "-o", options, "start"], check=True, cwd=folder,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        _initialise(folder, port, programs)
        yield f"postgresql://{{role}}:pw@127.0.0.1:{port}/{{role}}"
    finally:
        subprocess.run(
            [*control, "-m", "immediate", "stop"], check=False, capture_output=True, cwd=folder
        )
        shutil.rmtree(folder, ignore_errors=True)


def _initialise(folder: Path, port: int, programs: Path) -> None:
    """Run the very script that the container runs, with its secrets folder in ours."""
    secrets = folder / "secrets"
    secrets.mkdir()
    for role in ("airflow", "mlflow", "talentloop"):
        (secrets / f"{role}_database_password").write_text("pw")
    script = (ROOT / "deploy" / "postgres-init.sh").read_text()
    env = {
        "PATH": f"{programs}:{os.environ['PATH']}", "POSTGRES_USER": "postgres",
        "PGHOST": "127.0.0.1", "PGPORT": str(port),
    }  # fmt: skip
    for _ in range(50):
        if subprocess.run(["pg_isready", "-q"], env=env, check=False).returncode == 0:
            break
        time.sleep(0.1)
    shell = shutil.which("sh") or "sh"
    text = script.replace("/run/secrets", str(secrets))
    subprocess.run([shell, "-c", text], env=env, check=True, capture_output=True)
