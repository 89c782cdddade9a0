"""Child processes of the demo: started with a log file, waited for, and surely stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import httpx

from talentloop.errors import TalentLoopError


def free_port(preferred: int, *, tries: int = 50) -> int:
    """The preferred loopback port, or the next one that nothing listens on; 0 takes any."""
    for port in [0] if preferred == 0 else range(preferred, preferred + tries):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise TalentLoopError(
        "No free port was found",
        where=f"127.0.0.1:{preferred}–{preferred + tries - 1}",
        remedy="Stop what uses them, or set another port; docs/settings.md names the variables.",
    )


@dataclass
class Child:
    """One running child and where it logs."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Raise TalentLoopError when the child has ended."""
        if self.process.poll() is not None:
            tail = "\n".join(self.log.read_text(errors="replace").strip().splitlines()[-12:])
            raise TalentLoopError(
                f"{self.name} ended unexpectedly (status {self.process.returncode}): {tail}",
                where=str(self.log),
                remedy="Read the log; `talentloop doctor` checks what is needed.",
            )


@dataclass
class Children:
    """All children of a demo; leaving the block stops them, newest first."""

    logs: Path
    running: list[Child] = field(default_factory=list)

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> Child:
        """Start a child in a process group of its own."""
        self.logs.mkdir(parents=True, exist_ok=True)
        path = self.logs / f"{name}.log"
        with path.open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(env),
                start_new_session=True,
            )
        child = Child(name, process, path)
        self.running.append(child)
        return child

    def wait_healthy(self, child: Child, url: str, seconds: float = 120) -> None:
        """Wait until a URL answers 200.

        Raises:
            TalentLoopError: the child ended, or did not answer in time.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            child.check()
            if _answers(url):
                return
            time.sleep(0.3)
        raise TalentLoopError(
            f"{child.name} did not answer within {seconds:.0f} seconds",
            where=str(child.log),
            remedy="Read the log; a machine under heavy load may need another try.",
        )

    def __enter__(self) -> Children:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for child in reversed(self.running):
            _signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + 10
        for child in self.running:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(child, signal.SIGKILL)
                child.process.wait()
        self.running.clear()


def _signal_group(child: Child, number: signal.Signals) -> None:
    try:
        os.killpg(child.process.pid, number)
    except ProcessLookupError:
        return


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False
