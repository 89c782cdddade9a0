"""Control groups of both versions. Version 2 on a folder that looks like it; version 1 is what the other
tests run on where a machine has it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from interview.judge.groups import PREFIX, Group, Hierarchy, find_hierarchy


def _process(tmp_path: Path, mounts: str, own: str) -> Path:
    process = tmp_path / "proc"
    process.mkdir()
    (process / "mountinfo").write_text(mounts)
    (process / "cgroup").write_text(own)
    return process


def _mount(number: int, root: str, point: Path, kind: str, options: str) -> str:
    return f"{number} 20 0:{number} {root} {point} rw,nosuid - {kind} cgroup {options}\n"


def _version_2(tmp_path: Path, controllers: str = "cpu memory pids") -> tuple[Path, Path]:
    own = tmp_path / "cgroup" / "service"
    own.mkdir(parents=True)
    (own / "cgroup.subtree_control").write_text(controllers + "\n")
    mounts = _mount(30, "/", tmp_path / "cgroup", "cgroup2", "rw,nsdelegate")
    return _process(tmp_path, mounts, "0::/service\n"), own


@pytest.fixture
def removed(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    """What was written into each group before it was removed, by its parent's name. A plain folder
    with files in it is not removed as a group is; this does it in the kernel's place."""
    found: dict[str, dict[str, str]] = {}

    def remove(folder: Path) -> None:
        found[folder.parent.name] = {each.name: each.read_text() for each in folder.iterdir()}
        shutil.rmtree(folder)

    monkeypatch.setattr(Path, "rmdir", remove)
    return found


def test_version_2_is_found_where_the_controllers_are_handed_down(
    tmp_path: Path, removed: dict[str, dict[str, str]]
) -> None:
    process, own = _version_2(tmp_path)
    hierarchy, reason = find_hierarchy(process=process)
    assert hierarchy is not None, reason
    assert hierarchy.version == 2
    assert removed == {
        "service": {"memory.max": str(64 << 20), "memory.oom.group": "1", "pids.max": "16",
                    "cpu.max": "100000 100000"}
    }  # fmt: skip
    assert [each for each in own.iterdir() if each.is_dir()] == []


def test_version_2_without_controllers_is_not_used(tmp_path: Path) -> None:
    process, _ = _version_2(tmp_path, controllers="memory pids")
    assert find_hierarchy(process=process) == (
        None, "no cgroup controllers for memory, pids and cpu are mounted"
    )  # fmt: skip


def test_a_judge_beside_the_groups_that_it_makes_finds_the_one_above(
    tmp_path: Path, removed: dict[str, dict[str, str]]
) -> None:
    """As in a container whose processes were all moved one group down."""
    process, own = _version_2(tmp_path, controllers="")
    (own.parent / "cgroup.subtree_control").write_text("cpu io memory pids\n")
    assert find_hierarchy(process=process)[0] is not None
    assert set(removed) == {"cgroup"}


def test_a_delegated_group_of_version_2_is_used(
    tmp_path: Path, removed: dict[str, dict[str, str]]
) -> None:
    process, _ = _version_2(tmp_path, controllers="")
    delegated = tmp_path / "cgroup" / "judge.slice"
    delegated.mkdir()
    (delegated / "cgroup.subtree_control").write_text("cpu memory pids")
    assert find_hierarchy("/judge.slice", process)[0] is not None
    assert set(removed) == {"judge.slice"}


def test_usage_of_version_2_is_read(tmp_path: Path) -> None:
    (tmp_path / "cpu.stat").write_text("usage_usec 1500000\nuser_usec 1\nsystem_usec 2\n")
    (tmp_path / "memory.peak").write_text("4096\n")
    (tmp_path / "memory.events").write_text("low 0\nhigh 0\nmax 3\noom 1\noom_kill 0\n")
    group = Group(2, dict.fromkeys(("memory", "pids", "cpu"), tmp_path))
    assert (group.usage().cpu_seconds, group.usage().memory_bytes) == (1.5, 4096)
    assert not group.usage().killed_for_memory
    (tmp_path / "memory.events").write_text("oom 1\noom_kill 2\n")
    assert group.usage().killed_for_memory
    (tmp_path / "memory.peak").unlink()  # Linux before 5.19
    (tmp_path / "memory.current").write_text("1024\n")
    assert group.usage().memory_bytes == 1024


def test_version_2_kills_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "cgroup.kill").write_text("")
    Group(2, dict.fromkeys(("memory", "pids", "cpu"), tmp_path)).kill()
    assert (tmp_path / "cgroup.kill").read_text() == "1"


def test_version_1_is_found_by_controller_under_the_part_that_is_mounted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a container: /docker/a is mounted as the root, and cpu and cpuacct are one hierarchy.
    mounts = own = ""
    for number, names in enumerate(("memory", "pids", "cpu,cpuacct"), 30):
        point = tmp_path / names
        (point / "inner").mkdir(parents=True)
        mounts += _mount(number, "/docker/a", point, "cgroup", f"rw,{names}")
        own += f"{number}:{names}:/docker/a/inner\n"
    process = _process(tmp_path, mounts, own)
    found: dict[str, set[str]] = {}

    def remove(folder: Path) -> None:
        assert folder.parent.name == "inner"
        found[folder.parent.parent.name] = {each.name for each in folder.iterdir()}
        shutil.rmtree(folder)

    monkeypatch.setattr(Path, "rmdir", remove)
    hierarchy, reason = find_hierarchy(process=process)
    assert hierarchy is not None, reason
    assert hierarchy.version == 1
    assert found == {
        "memory": {"memory.limit_in_bytes", "memory.swappiness"}, "pids": {"pids.max"},
        "cpu,cpuacct": {"cpu.cfs_period_us", "cpu.cfs_quota_us"},
    }  # fmt: skip


def test_usage_of_version_1_is_read(tmp_path: Path) -> None:
    (tmp_path / "cpuacct.usage").write_text("2500000000\n")
    (tmp_path / "memory.max_usage_in_bytes").write_text("8192\n")
    (tmp_path / "memory.oom_control").write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n")
    used = Group(1, dict.fromkeys(("memory", "pids", "cpu", "cpuacct"), tmp_path)).usage()
    assert (used.cpu_seconds, used.memory_bytes, used.killed_for_memory) == (2.5, 8192, True)


def test_groups_of_the_living_stay_and_those_of_the_dead_go(tmp_path: Path) -> None:
    hierarchy = Hierarchy(2, dict.fromkeys(("memory", "pids", "cpu"), tmp_path))
    ticks = Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]
    living = tmp_path / f"{PREFIX}-{os.getpid()}-{ticks}-aa"
    reused = tmp_path / f"{PREFIX}-{os.getpid()}-1-bb"
    dead = tmp_path / f"{PREFIX}-4194305-1-cc"
    for each in (living, reused, dead):
        each.mkdir()
    assert hierarchy.collect() == sorted([reused.name, dead.name])
    assert [each.name for each in tmp_path.iterdir()] == [living.name]


@pytest.mark.parametrize("text", ["", "0::/\n"])
def test_a_machine_without_groups_says_so(tmp_path: Path, text: str) -> None:
    hierarchy, reason = find_hierarchy(process=_process(tmp_path, "", text))
    assert hierarchy is None
    assert "memory, pids and cpu" in reason
