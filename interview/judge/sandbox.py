"""Running one program that nobody trusts, and measuring it.

bubblewrap gives it namespaces of its own: no network, no other process, no file but those of
`read_only` and the few it is given, which are copied in through memory, so that no path of this
machine shows. Around it stand a control group, resource limits and a filter of system calls.
Killing the judge kills the program: bubblewrap dies with its parent, and with it the namespace.
"""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from interview.judge.config import MIB, Limits, SandboxConfig
from interview.judge.groups import Group, Hierarchy, find_hierarchy
from interview.judge.syscalls import syscall_filter
from interview.judge.watch import Stop, watch
from talentloop.errors import JudgeError

Isolation = Literal["full", "weak"]
_NOBODY = "65534"
_BASE = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8"}  # noqa: S108 - of the sandbox
#: Joins the groups named before `--`, then becomes the command after it.
_JOIN = 'while [ "$1" != -- ]; do echo 0 > "$1" || exit 97; shift; done; shift; exec "$@"'


@dataclass(frozen=True)
class Fences:
    """What stands around a program. All of it always does; tests take one away to see that the
    attacks notice."""

    syscalls: bool = True
    network: bool = True
    processes: bool = True
    groups: bool = True
    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        exit_code: 128 + signal for one that a signal ended; None where it was stopped.
        stopped: what it took too much of, where we stopped it.
        cpu_seconds: of all its processes; without control groups seconds by the clock, which are
            never fewer than those of one process.
        memory_bytes: most at one time; None without control groups.
    """

    exit_code: int | None
    stopped: Stop | None
    cpu_seconds: float
    wall_seconds: float
    memory_bytes: int | None
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)


class Sandbox:
    """The sandbox of this machine.

    Raises:
        JudgeError: a part of it is not installed, or there are no control groups and the
            configuration does not accept that.
    """

    def __init__(self, config: SandboxConfig, fences: Fences = Fences()) -> None:
        self._config = config
        self._fences = fences
        self._filter = syscall_filter() if fences.syscalls else None
        for tool in ("bwrap", "prlimit", "setpriv"):
            if shutil.which(tool) is None:
                raise JudgeError(
                    f"The program {tool} is not installed",
                    where="judge",
                    remedy="Install the system packages bubblewrap and util-linux.",
                )
        self.hierarchy: Hierarchy | None = None
        reason = "switched off"
        if fences.groups:
            self.hierarchy, reason = find_hierarchy(config.cgroup_parent)
        if self.hierarchy is None and not config.accept_weak_isolation:
            raise JudgeError(
                f"Memory and processes of a program cannot be limited: {reason}",
                where="config/judge.yml, field sandbox.cgroup_parent",
                remedy="Give the judge writable cgroups (v1, or a delegated v2 group with memory, "
                "pids and cpu); or, for code that you trust, set sandbox.accept_weak_isolation.",
            )

    @property
    def isolation(self) -> Isolation:
        """`weak` where nothing limits all processes of a program together."""
        return "full" if self.hierarchy else "weak"

    def run(
        self,
        command: Sequence[str],
        files: Mapping[str, bytes],
        limits: Limits,
        *,
        stdin: bytes = b"",
        environment: Mapping[str, str] | None = None,
        writable: Sequence[str] = (),
    ) -> Outcome:
        """Run a command to its end, or until it takes too much.

        Args:
            files: read-only files by their path inside.
            environment: variables beside PATH, HOME and LANG.
            writable: folders inside that are empty and writable, beside /tmp.

        Raises:
            JudgeError: the sandbox itself could not be set up.
        """
        with ExitStack() as stack:
            group = stack.enter_context(self._group(limits)) if self.hierarchy else None
            inherited: list[int] = []

            def lend(name: str, content: bytes) -> str:
                fd = os.memfd_create(name)
                stack.callback(os.close, fd)
                inherited.append(fd)
                with os.fdopen(os.dup(fd), "wb") as file:
                    file.write(content)
                os.lseek(fd, 0, os.SEEK_SET)
                return str(fd)

            reader, writer = os.pipe()
            stack.callback(os.close, reader)
            status = stack.enter_context(os.fdopen(writer, "wb", closefd=True))
            inherited.append(status.fileno())
            inside = ["--json-status-fd", str(status.fileno())]
            inside += self._view(limits, environment or {}, writable)
            for path, content in files.items():
                inside += ["--perms", "0555", "--file", lend("file", content), path]
            inside += ["--remount-ro", "/", "--remount-ro", "/dev"]
            if self._filter is not None:
                inside += ["--seccomp", lend("seccomp", self._filter)]
            if group is None:  # set inside, where processes of this namespace alone count
                command = ["/usr/bin/prlimit", f"--nproc={limits.processes}", "--", *command]
            # Options come through memory, too: the program can read its sandbox's command line.
            options = lend("options", b"".join(os.fsencode(each) + b"\0" for each in inside))
            outer = self._outer(limits, group)
            seen = watch(
                [*outer, "bwrap", "--args", options, "--", *command],
                inherited, (reader, status), stdin, limits, group,
            )  # fmt: skip
            exit_code = _exit_code(bytes(seen.status.content))
            if exit_code is None and seen.stopped is None:
                raise _not_set_up(bytes(seen.stderr.content))
            return Outcome(
                exit_code if seen.stopped is None else None,
                seen.stopped,
                seen.cpu_seconds,
                seen.wall_seconds,
                seen.memory_bytes,
                bytes(seen.stdout.content),
                bytes(seen.stderr.content),
            )

    @contextmanager
    def _group(self, limits: Limits) -> Iterator[Group]:
        assert self.hierarchy is not None  # noqa: S101 - the caller looked
        group = self.hierarchy.make(limits.memory_mb * MIB, limits.processes)
        try:
            yield group
        finally:
            group.remove()

    def _outer(self, limits: Limits, group: Group | None) -> list[str]:
        """Commands that become bubblewrap, one after the other, each giving something up."""
        doors = [str(door) for door in group.doors] if group else []
        limit = ["prlimit", "--core=0", f"--cpu={math.ceil(limits.cpu_seconds) + 1}",
                 f"--fsize={max(limits.scratch_mb, 64) * MIB}", f"--nofile={limits.open_files}",
                 f"--stack={limits.stack_mb * MIB}", "--memlock=65536", "--msgqueue=0",
                 "--sigpending=256"]  # fmt: skip
        if group is None:
            limit += [f"--as={limits.memory_mb * MIB}"]
        down: list[str] = []
        if self._config.user is not None and os.geteuid() == 0:
            who = self._config.user
            down = ["setpriv", f"--reuid={who}", f"--regid={who}", "--clear-groups", "--"]
        return ["/bin/sh", "-c", _JOIN, "judge", *doors, "--", *limit, "--", *down]

    def _view(
        self, limits: Limits, environment: Mapping[str, str], writable: Sequence[str]
    ) -> list[str]:
        """What the program sees."""
        fences = self._fences
        said = ["--unshare-user", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
                "--uid", _NOBODY, "--gid", _NOBODY, "--hostname", "judge", "--cap-drop", "ALL",
                "--die-with-parent", "--new-session", "--clearenv"]  # fmt: skip
        said += ["--unshare-net"] if fences.network else []
        said += ["--unshare-pid"] if fences.processes else []
        for path in (*self._config.read_only, *fences.shown):
            said += ["--ro-bind-try", path, path]
        for path in self._config.hidden:
            if Path(path).is_dir():
                said += ["--tmpfs", path, "--remount-ro", path]
        for name in ("bin", "sbin", "lib", "lib32", "lib64"):
            if Path(f"/usr/{name}").is_dir():
                said += ["--symlink", f"usr/{name}", f"/{name}"]
        said += ["--proc", "/proc", "--dev", "/dev"]
        for folder in ("/tmp", "/dev/shm", *writable):  # noqa: S108 - of the sandbox
            said += ["--size", str(limits.scratch_mb * MIB), "--tmpfs", folder]
        for name, value in {**_BASE, **environment}.items():
            said += ["--setenv", name, value]
        return [*said, "--chdir", "/tmp"]  # noqa: S108


def _not_set_up(said: bytes) -> JudgeError:
    first = said.decode("utf-8", "replace").strip().splitlines()[:1]
    return JudgeError(
        f"The sandbox could not be set up: {(first or ['no message'])[0]}",
        where="bubblewrap",
        remedy="User namespaces must be allowed (in Docker: a seccomp and AppArmor profile that "
        "lets them be made), and sandbox.user must be able to make them.",
    )


def _exit_code(status: bytes) -> int | None:
    """What bubblewrap says that the program returned; None where it never started."""
    for line in status.splitlines():
        said = json.loads(line)
        if "exit-code" in said:
            return int(said["exit-code"])
    return None
