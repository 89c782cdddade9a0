"""Where attacks are tried: things of the host that a program must not reach, and whether it did."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from interview.judge.sandbox import Sandbox
from talentloop.ops.database import database_url
from talentloop.settings import Settings


@dataclass(frozen=True)
class Arena:
    """Bait, and the words for it in the source of an attack.

    Attributes:
        escaped: what an attack prints when it got through; random, so that nothing prints it by
            chance.
        tried: what it prints when it has tried everything.
        secret: content of the bait files.
        words: what stands in an attack for a path, port or process of the host.
    """

    escaped: str
    tried: str
    secret: str
    words: dict[str, str]
    bait: Path
    victim: subprocess.Popen[bytes]
    listeners: tuple[socket.socket, ...]
    sandbox: Sandbox

    def fill(self, source: str) -> str:
        """An attack's source with the words filled in."""
        for word, meaning in self.words.items():
            source = source.replace(f"@{word}@", meaning)
        return source

    def harm(self) -> list[str]:
        """What an attack has done to the host: bait touched, processes killed or left behind,
        something said over the network."""
        found = []
        if {each.name for each in self.bait.iterdir()} != {"bait.txt", "bait.sock"}:
            found.append("a file was left beside the bait")
        if (self.bait / "bait.txt").read_text() != self.secret:
            found.append("the bait was changed")
        if self.victim.poll() is not None:
            found.append("a process of the host was killed")
        found += [
            f"{each.family.name} of the host was reached"
            for each in self.listeners
            if _was_called(each)
        ]
        own = f"-{os.getpid()}-"
        hierarchy = self.sandbox.hierarchy
        if hierarchy is not None and any(own in name for name in hierarchy.names()):
            found.append("a control group was left behind")
        return found


@contextmanager
def arena(settings: Settings, sandbox: Sandbox) -> Iterator[Arena]:
    """Lay out the bait under TALENTLOOP_HOME, and clear it away."""
    nonce = secrets.token_hex(8)
    with ExitStack() as stack:
        settings.home.mkdir(parents=True, exist_ok=True)
        bait = settings.home / f"judge-{nonce}"
        bait.mkdir()
        stack.callback(bait.rmdir)
        secret = secrets.token_hex(16)
        (bait / "bait.txt").write_text(secret)
        stack.callback((bait / "bait.txt").unlink)
        # What the modes of files forbid is not what keeps a program out; the sandbox alone must.
        bait.chmod(0o755)
        (bait / "bait.txt").chmod(0o666)
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
        abstract.bind(f"\0talentloop-{nonce}")
        abstract.listen()
        path = stack.enter_context(socket.socket(socket.AF_UNIX))
        # A Unix socket's path is short; the folder's descriptor stands for a long one.
        folder = os.open(bait, os.O_RDONLY)
        stack.callback(os.close, folder)
        path.bind(f"/proc/self/fd/{folder}/bait.sock")
        stack.callback((bait / "bait.sock").unlink)
        (bait / "bait.sock").chmod(0o666)
        path.listen()
        victim = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", "import time; time.sleep(3600)"], env={}
        )
        stack.callback(victim.wait)
        stack.callback(victim.kill)
        words = {
            "ESCAPED": f"ESCAPED-{nonce}", "TRIED": f"TRIED-{nonce}",
            "BAIT": str(bait / "bait.txt"), "BAIT_FOLDER": str(bait),
            "BAIT_SOCKET": str(bait / "bait.sock"), "HOME": str(settings.home),
            "CONFIG": str(settings.config), "PROJECT": str(settings.project),
            "OPERATIONS": database_url(settings).database or "",
            "PORT": str(tcp.getsockname()[1]), "ABSTRACT": f"talentloop-{nonce}",
            "JUDGE": str(os.getpid()), "VICTIM": str(victim.pid),
        }  # fmt: skip
        yield Arena(
            words["ESCAPED"], words["TRIED"], secret, words, bait, victim, (tcp, abstract, path),
            sandbox,
        )  # fmt: skip


def _was_called(listener: socket.socket) -> bool:
    listener.setblocking(False)
    try:
        connection, _ = listener.accept()
    except BlockingIOError:
        return False
    connection.close()
    return True
