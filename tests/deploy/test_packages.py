"""The one list of system packages: what the images get, what tests get, what the judge runs."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from interview.judge.config import load_judge_config
from talentloop.settings import Settings

ROOT = Path(__file__).parents[2]
#: What the sandbox and the judge's start-up run beside the languages (sandbox.py, syscalls.py).
TOOLS = ("bwrap", "prlimit", "setpriv", "sh", "python3")


def packages(*groups: str) -> set[str]:
    done = subprocess.run([ROOT / "scripts" / "packages.sh", *groups], capture_output=True,
                          text=True, check=True)  # fmt: skip
    return set(done.stdout.split())


@cache
def _dpkg(*words: str) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout


def owner(path: Path) -> set[str]:
    """Packages that hold a file, under either of the two names that Debian's merged /usr gives."""
    names = {str(path), str(path.resolve()), str(path).removeprefix("/usr")}
    return {
        line.rsplit(": ", 1)[0].split(":")[0]
        for name in names
        for line in _dpkg("dpkg-query", "-S", name).splitlines()
    }


def with_dependencies(names: set[str]) -> set[str]:
    """Packages and all that comes with them, as installed here."""
    found: set[str] = set()
    left = set(names)
    while left:
        found |= left
        told = _dpkg("dpkg-query", "-W", "-f", "${Depends},${Pre-Depends},", *sorted(left))
        alternatives = [each for part in told.split(",") for each in part.split("|")]
        left = {each.split("(")[0].split(":")[0].strip() for each in alternatives} - found - {""}
    return found


@pytest.fixture
def binaries() -> set[Path]:
    """Every program that the judge runs, on a Debian that has them all."""
    if shutil.which("dpkg-query") is None:
        pytest.skip("this machine is no Debian: it cannot tell which package a program is of")
    languages = load_judge_config(Settings()).languages.values()
    named = {Path(command[0]) for each in languages for command in (each.build, each.version)}
    named |= {Path(each.run[0]) for each in languages if not each.run[0].startswith("/w/")}
    for tool in TOOLS:
        found = shutil.which(tool, path="/usr/bin:/bin:/usr/sbin:/sbin")
        if found is None:
            pytest.skip(f"{tool} is not installed; `make test` installs it where it can")
        named.add(Path(found))
    absent = sorted(str(path) for path in named if not path.exists())
    if absent:
        pytest.skip(f"not installed here: {', '.join(absent)}")
    return named


def test_every_program_that_the_judge_runs_is_in_its_image(binaries: set[Path]) -> None:
    told = _dpkg("dpkg-query", "-W", "-f", "${Package} ${Essential}\n")
    essential = {line.split()[0] for line in told.splitlines() if line.endswith(" yes")}
    there = with_dependencies(packages("service", "judge") | essential)
    assert len(binaries) >= 8
    assert {str(path): owner(path) for path in binaries if not owner(path) & there} == {}


def test_the_images_take_their_packages_from_the_list_and_name_none_of_it(
    binaries: set[Path],
) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    groups = [line.split("packages.sh ")[1].split(")")[0] for line in dockerfile.splitlines()
              if "/packages.sh " in line and "COPY" not in line]  # fmt: skip
    assert groups == ["service", "judge"]
    named = packages("test", "service", "judge")
    assert not [each for each in named if f" {each}" in dockerfile.replace("\\", "")]


def test_an_unknown_group_is_refused() -> None:
    done = subprocess.run([ROOT / "scripts" / "packages.sh", "judges"], capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.returncode != 0
    assert "No group judges" in done.stderr


def test_what_is_missing_is_named_and_breaks_nothing(tmp_path: Path) -> None:
    """Without apt and with nothing to be found, every package that has a test for it is named."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "dirname", "id", "grep", "env"):
        (tools / name).symlink_to(shutil.which(name) or name)
    done = subprocess.run(
        [ROOT / "scripts" / "install_system.sh"],
        env={"PATH": str(tools)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    told = set(done.stderr.split("Not installed: ")[1].split(". ")[0].split())
    assert {"bubblewrap", "g++", "golang-go", "nodejs", "chromium", "tesseract-ocr-chi-sim"} <= told
    assert told <= packages("test", "service", "judge")


needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("bwrap") is None, reason="needs root and bubblewrap"
)


@needs_root
def test_the_judges_container_takes_over_its_groups_and_stops_being_root(tmp_path: Path) -> None:
    """Plain files stand for the control groups of a container; the kernel's part is not tried."""
    groups, programs = tmp_path / "groups", tmp_path / "programs"
    groups.mkdir()
    programs.mkdir()
    tmp_path.chmod(0o755)
    (groups / "cgroup.procs").write_text("1\n7\n")
    (groups / "cgroup.subtree_control").write_text("")
    shutil.copy(ROOT / "deploy" / "judge-entrypoint.sh", programs / "start")
    (programs / "talentloop-entrypoint").write_text('#!/bin/sh\nid -u; id -G; exec "$@"\n')
    (programs / "talentloop-entrypoint").chmod(0o755)
    inside = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--bind", str(groups), "/sys/fs/cgroup",
              "--bind", str(programs), "/mnt", "--setenv", "PATH", "/mnt:/usr/sbin:/usr/bin:/bin",
              "/mnt/start", "cat", "/proc/self/status"]  # fmt: skip
    done = subprocess.run(inside, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[:2] == ["10001", "10001"]
    assert "CapEff:\t0000000000000000" in done.stdout
    assert (groups / "cgroup.subtree_control").read_text() == "+memory +pids +cpu\n"
    assert (groups / "worker" / "cgroup.procs").read_text() == "7\n"  # the kernel would add
    assert (groups / "cgroup.procs").stat().st_uid == 10001
