"""Control groups: how much memory, how many processes and how much time a program and all its
descendants take together. Versions 1 and 2 of cgroups; which is there is found by looking.

A group's name says which process made it, so that the groups of a killed judge are told from those
of a living one.
"""

from __future__ import annotations

import os
import secrets
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from talentloop.errors import JudgeError

PREFIX = "talentloop-judge"
_CONTROLLERS = ("memory", "pids", "cpu", "cpuacct")
_PERIOD_US = 100_000
_GONE_SECONDS = 5.0


@dataclass(frozen=True)
class Usage:
    """What a group has taken so far.

    Attributes:
        cpu_seconds: of all its processes, dead ones too.
        memory_bytes: most at one time; files that only it has read count, too.
        killed_for_memory: the kernel killed a process because the limit was reached.
    """

    cpu_seconds: float
    memory_bytes: int
    killed_for_memory: bool


class Group:
    """One group, in one folder of each hierarchy that limits it."""

    def __init__(self, version: Literal[1, 2], folders: dict[str, Path]) -> None:
        self.version = version
        self._folders = folders
        self._paths = list(dict.fromkeys(folders.values()))

    @property
    def doors(self) -> list[Path]:
        """Files that a process writes 0 into to join."""
        return [path / "cgroup.procs" for path in self._paths]

    def limit(self, memory_bytes: int, processes: int, cores: float = 1) -> None:
        """Set what the group may take."""
        memory, pids, cpu = (self._folders[name] for name in ("memory", "pids", "cpu"))
        quota = int(cores * _PERIOD_US)
        if self.version == 1:
            _write(memory / "memory.limit_in_bytes", memory_bytes)
            _write(memory / "memory.swappiness", 0)
            if (memory / "memory.memsw.limit_in_bytes").exists():
                _write(memory / "memory.memsw.limit_in_bytes", memory_bytes)
            _write(cpu / "cpu.cfs_period_us", _PERIOD_US)
            _write(cpu / "cpu.cfs_quota_us", quota)
        else:
            _write(memory / "memory.max", memory_bytes)
            if (memory / "memory.swap.max").exists():
                _write(memory / "memory.swap.max", 0)
            _write(memory / "memory.oom.group", 1)
            _write(cpu / "cpu.max", f"{quota} {_PERIOD_US}")
        _write(pids / "pids.max", processes)

    def usage(self) -> Usage:
        """What it has taken so far."""
        memory = self._folders["memory"]
        if self.version == 1:
            return Usage(
                int((self._folders["cpuacct"] / "cpuacct.usage").read_text()) / 1e9,
                int((memory / "memory.max_usage_in_bytes").read_text()),
                _fields(memory / "memory.oom_control").get("oom_kill", 0) > 0,
            )
        peak = memory / "memory.peak"  # since Linux 5.19
        return Usage(
            _fields(self._folders["cpu"] / "cpu.stat")["usage_usec"] / 1e6,
            int((peak if peak.exists() else memory / "memory.current").read_text()),
            _fields(memory / "memory.events").get("oom_kill", 0) > 0,
        )

    def computes(self) -> bool:
        """Whether a thread in it computes, or would if there were a processor for it."""
        name = "tasks" if self.version == 1 else "cgroup.threads"
        for thread in (self._folders["pids"] / name).read_text().split():
            try:
                stat = Path(f"/proc/{thread}/stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if stat.rpartition(")")[2].split()[0] == "R":
                return True
        return False

    def kill(self) -> None:
        """Kill every process in it."""
        for path in self._paths:
            if (path / "cgroup.kill").exists():  # version 2, since Linux 5.14: all at once
                _write(path / "cgroup.kill", 1)
                continue
            try:
                inside = (path / "cgroup.procs").read_text().split()
            except OSError:
                if path.exists():
                    raise
                continue  # another judge has removed it meanwhile
            for line in inside:
                if int(line) > 0:  # 0 is a process that this namespace does not see
                    try:
                        os.kill(int(line), signal.SIGKILL)
                    except ProcessLookupError:
                        continue

    def remove(self) -> None:
        """Kill what is left in it and remove it.

        Raises:
            JudgeError: it is still there after five seconds.
        """
        until = time.monotonic() + _GONE_SECONDS
        for path in self._paths:
            while path.exists():
                try:
                    path.rmdir()
                except OSError as error:
                    if time.monotonic() > until:
                        raise JudgeError(
                            f"A control group cannot be removed: {error.strerror}",
                            where=str(path),
                            remedy="Look which processes are in its cgroup.procs, and why they do "
                            "not end.",
                        ) from None
                    self.kill()
                    time.sleep(0.002)


class Hierarchy:
    """Where groups are made."""

    def __init__(self, version: Literal[1, 2], parents: dict[str, Path]) -> None:
        self.version = version
        self._parents = parents

    def make(self, memory_bytes: int, processes: int) -> Group:
        """A new limited group with nobody in it.

        Raises:
            OSError: the hierarchy is not writable.
        """
        name = f"{PREFIX}-{os.getpid()}-{_started(os.getpid())}-{secrets.token_hex(4)}"
        group = self._group(name)
        for path in dict.fromkeys(parent / name for parent in self._parents.values()):
            path.mkdir()
        group.limit(memory_bytes, processes)
        return group

    def names(self) -> list[str]:
        """Groups of any judge that are there."""
        found = {
            path.name
            for parent in self._parents.values()
            for path in parent.glob(f"{PREFIX}-*")
        }  # fmt: skip
        return sorted(found)

    def collect(self) -> list[str]:
        """Remove the groups, with their processes, of judges that are no more; their names."""
        left = [name for name in self.names() if not _maker_lives(name)]
        for name in left:
            self._group(name).remove()
        return left

    def _group(self, name: str) -> Group:
        return Group(self.version, {key: path / name for key, path in self._parents.items()})


def find_hierarchy(
    parent: str | None = None, process: Path = Path("/proc/self")
) -> tuple[Hierarchy | None, str]:
    """The hierarchy in which this process may limit others, and why there is none.

    A group is made and removed to find out.

    Args:
        parent: group of version 2 that was delegated to the judge; without one, the judge's own
            and the one above it are tried.
        process: folder of the process in /proc.
    """
    mounts, own = _mounts(process / "mountinfo"), _memberships(process / "cgroup")
    reasons = []
    for version, parents in _candidates(parent, mounts, own):
        hierarchy = Hierarchy(version, parents)
        try:
            hierarchy.make(64 * 1024 * 1024, 16).remove()
        except (OSError, JudgeError) as error:
            for name in hierarchy.names():
                if name.startswith(f"{PREFIX}-{os.getpid()}-"):
                    _forget(parents, name)
            reasons.append(f"cgroup v{version}: {error}")
        else:
            return hierarchy, ""
    return None, "; ".join(reasons) or "no cgroup controllers for memory, pids and cpu are mounted"


def _candidates(
    parent: str | None, mounts: dict[str, tuple[str, Path]], own: dict[str, str]
) -> list[tuple[Literal[1, 2], dict[str, Path]]]:
    found: list[tuple[Literal[1, 2], dict[str, Path]]] = []
    if all(name in mounts and name in own for name in _CONTROLLERS):
        found.append((1, {name: _inside(*mounts[name], own[name]) for name in _CONTROLLERS}))
    for folder in _folders_of_version_2(parent, mounts, own):
        enabled = folder / "cgroup.subtree_control"
        if enabled.exists() and {"memory", "pids", "cpu"} <= set(enabled.read_text().split()):
            found.append((2, dict.fromkeys(("memory", "pids", "cpu"), folder)))
    return found


def _folders_of_version_2(
    parent: str | None, mounts: dict[str, tuple[str, Path]], own: dict[str, str]
) -> list[Path]:
    """Where groups may be made: in the named group, or else in the judge's own or the one above.

    Above, because a group that hands controllers down may hold no process: a judge that was given
    a group sits in a group beside those that it makes.
    """
    if "" not in mounts:
        return []
    top = mounts[""][1]
    if parent is not None:
        return [top / parent.strip("/")]
    folder = _inside(*mounts[""], own.get("", "/"))
    return [folder] if folder == top else [folder, folder.parent]


def _mounts(file: Path) -> dict[str, tuple[str, Path]]:
    """Root and mount point of each controller's hierarchy; version 2 has an empty name."""
    found: dict[str, tuple[str, Path]] = {}
    for line in file.read_text().splitlines():
        before, _, after = line.partition(" - ")
        root, point = before.split()[3:5]
        kind, _, options = after.split(" ", 2)
        if kind == "cgroup2":
            found[""] = (root, Path(point))
        elif kind == "cgroup":
            for option in options.split()[-1].split(","):
                if option in _CONTROLLERS:
                    found[option] = (root, Path(point))
    return found


def _memberships(file: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in file.read_text().splitlines():
        _, names, path = line.split(":", 2)
        for name in names.split(","):
            found[name] = path
    return found


def _inside(root: str, point: Path, path: str) -> Path:
    """Folder of a group where only a part of the hierarchy, from its root on, is mounted."""
    if root != "/" and (path == root or path.startswith(root + "/")):
        path = path[len(root) :]
    folder = point / path.strip("/")
    return folder if folder.is_dir() else point


def _started(pid: int) -> int:
    """When a process started, in clock ticks since boot; with its id, a name that never returns."""
    stat = Path(f"/proc/{pid}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[19])


def _maker_lives(name: str) -> bool:
    pid, started = name.removeprefix(PREFIX + "-").split("-")[:2]
    try:
        return _started(int(pid)) == int(started)
    except (FileNotFoundError, ProcessLookupError):
        return False


def _forget(parents: dict[str, Path], name: str) -> None:
    for path in parents.values():
        try:
            (path / name).rmdir()
        except OSError:
            continue


def _fields(file: Path) -> dict[str, int]:
    return {key: int(value) for key, value in map(str.split, file.read_text().splitlines())}


def _write(file: Path, value: int | str) -> None:
    file.write_text(str(value))
