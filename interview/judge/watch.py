"""Starting a process, feeding and reading it, and stopping it when it takes too much."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Literal

from interview.judge.config import Limits
from interview.judge.groups import Group
from talentloop.errors import JudgeError

Stop = Literal["cpu", "idle", "wall", "memory", "output"]
#: How often the group is asked what it has taken, in seconds.
_TICK = 0.01
#: How often its threads are looked at, to tell computing from waiting.
_GLANCE = 0.05
_CHUNK = 65536
_DYING_SECONDS = 5.0


@dataclass
class _Sink:
    """What came through a pipe, up to one byte more than may."""

    limit: int
    content: bytearray = field(default_factory=bytearray)

    @property
    def is_over(self) -> bool:
        return len(self.content) > self.limit

    def read(self, fd: int) -> bool:
        """Take what is there; False at the end of the pipe."""
        try:
            found = os.read(fd, _CHUNK)
        except BlockingIOError:
            return True
        self.content += found[: self.limit + 1 - len(self.content)]
        return bool(found)


@dataclass
class Seen:
    """What was seen of a process; `status` is what bubblewrap said of it."""

    stdout: _Sink
    stderr: _Sink
    status: _Sink
    stopped: Stop | None = None
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    memory_bytes: int | None = None


def watch(
    command: Sequence[str],
    inherited: Sequence[int],
    status: tuple[int, IO[bytes]],
    stdin: bytes,
    limits: Limits,
    group: Group | None,
) -> Seen:
    """Run a command with an empty environment until it ends or takes too much.

    Args:
        inherited: descriptors that the command gets, the writing end of `status` among them.
        status: both ends of the pipe through which bubblewrap tells what it did.
        group: the control group that the command joins by itself.

    Raises:
        JudgeError: the process cannot be killed.
    """
    begun = time.monotonic()
    output = limits.output_kb * 1024
    seen = Seen(_Sink(output), _Sink(output), _Sink(_CHUNK))
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        pass_fds=inherited, env={}, cwd="/",
    ) as process:  # fmt: skip
        try:
            status[1].close()
            _follow(process, status[0], stdin, _Watch(seen, limits, group, begun))
        finally:
            _kill(process, group, bytes(seen.status.content))
    seen.wall_seconds = time.monotonic() - begun
    if group is None:  # nobody counts all its processes; the CPU limit is each one's own
        seen.cpu_seconds = seen.wall_seconds
    return seen


class _Watch:
    """Compares what a process takes with what it may."""

    def __init__(self, seen: Seen, limits: Limits, group: Group | None, begun: float) -> None:
        self.seen, self._limits, self._group, self._begun = seen, limits, group, begun
        self._asked = self._glanced = begun
        self._idle = 0.0

    def look(self, *, at_end: bool = False) -> Stop | None:
        """What it has taken too much of; the group is asked once a tick."""
        seen, now = self.seen, time.monotonic()
        if seen.stdout.is_over or seen.stderr.is_over:
            return "output"
        if self._group is not None and (at_end or now - self._asked >= _TICK):
            self._asked = now
            usage = self._group.usage()
            seen.cpu_seconds, seen.memory_bytes = usage.cpu_seconds, usage.memory_bytes
            if usage.cpu_seconds > self._limits.cpu_seconds:
                return "cpu"
            if usage.killed_for_memory:
                return "memory"
        if self._group is not None and now - self._glanced >= _GLANCE:
            self._idle += 0.0 if self._group.computes() else now - self._glanced
            self._glanced = now
            if self._idle > self._limits.idle_seconds:
                return "idle"
        return "wall" if now - self._begun > self._limits.wall_seconds else None


def _follow(process: subprocess.Popen[bytes], status: int, stdin: bytes, watching: _Watch) -> None:
    assert process.stdin and process.stdout and process.stderr  # noqa: S101, PT018 - pipes
    seen = watching.seen
    sinks = {process.stdout.fileno(): seen.stdout, process.stderr.fileno(): seen.stderr,
             status: seen.status}  # fmt: skip
    source, left = process.stdin, memoryview(stdin)
    ended = os.pidfd_open(process.pid)
    try:
        with selectors.DefaultSelector() as selector:
            for fd in (*sinks, source.fileno()):
                os.set_blocking(fd, False)
            for fd in (*sinks, ended):
                selector.register(fd, selectors.EVENT_READ)
            selector.register(source, selectors.EVENT_WRITE)
            while seen.stopped is None:
                ready = {key.fd for key, _ in selector.select(_TICK)}
                if not source.closed and source.fileno() in ready:
                    left = _feed(source.fileno(), left)
                    if not left:
                        selector.unregister(source)
                        source.close()
                for fd in ready & sinks.keys():
                    if not sinks[fd].read(fd):
                        selector.unregister(fd)
                if ended in ready:
                    break
                seen.stopped = watching.look()
    finally:
        os.close(ended)
    if seen.stopped is None:
        for fd, sink in sinks.items():
            _drain(fd, sink)
        seen.stopped = watching.look(at_end=True)
    else:
        watching.look(at_end=True)


def _feed(fd: int, left: memoryview) -> memoryview:
    """What is still to be written; nothing where the reader has gone."""
    try:
        return left[os.write(fd, left[:_CHUNK]) :] if left else left
    except BlockingIOError:
        return left
    except BrokenPipeError:
        return left[:0]


def _drain(fd: int, sink: _Sink) -> None:
    """Take what the ended process left in a pipe. Someone it left behind may hold it open, so
    that this ends where nothing is there."""
    while not sink.is_over:
        before = len(sink.content)
        if not sink.read(fd) or len(sink.content) == before:
            return


def _kill(process: subprocess.Popen[bytes], group: Group | None, status: bytes) -> None:
    """End everything. Process 1 of the namespace goes first: bubblewrap then sees all others out,
    and nobody is left to whoever adopts orphans here."""
    first = [
        said["child-pid"] for said in map(json.loads, status.splitlines()) if "child-pid" in said
    ]
    if first and process.poll() is None:
        try:
            os.kill(first[0], signal.SIGKILL)
            process.wait(1)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass  # what follows ends it in any case
    process.kill()
    if group is not None:
        group.kill()
    try:
        process.wait(_DYING_SECONDS)
    except subprocess.TimeoutExpired:
        raise JudgeError(
            "A program cannot be killed",
            where=f"process {process.pid}",
            remedy="Look at its state in /proc; a process that waits for a device ends with it.",
        ) from None
