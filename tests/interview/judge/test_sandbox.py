"""What a run gives back, and that nothing stays when a judge is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from interview.judge.config import Limits
from interview.judge.judging import Bench
from interview.judge.sandbox import Outcome, Sandbox
from talentloop.errors import JudgeError

ROOT = Path(__file__).resolve().parents[3]
PYTHON = "/usr/bin/python3"


@pytest.fixture(scope="module")
def limits(bench: Bench) -> Limits:
    return bench.config.limits.model_copy(update={"cpu_seconds": 1.0})


def _run(bench: Bench, limits: Limits, code: str, stdin: bytes = b"") -> Outcome:
    return bench.sandbox.run(
        [PYTHON, "-I", "/w/main.py"], {"/w/main.py": code.encode()}, limits, stdin=stdin
    )


def test_input_comes_in_and_output_and_exit_code_come_out(bench: Bench, limits: Limits) -> None:
    code = (
        "import sys; d = sys.stdin.read(); print(len(d)); print('e', file=sys.stderr); sys.exit(7)"
    )
    found = _run(bench, limits, code, b"x" * 3_000_000)
    assert (found.exit_code, found.stopped) == (7, None)
    assert (found.stdout, found.stderr) == (b"3000000\n", b"e\n")


def test_time_and_memory_of_all_its_processes_are_measured(bench: Bench, limits: Limits) -> None:
    code = (
        "import os, time\n"
        "for _ in range(2):\n"
        "    if os.fork() == 0:\n"
        "        held = b'x' * (40 << 20)\n"
        "        while time.process_time() < 0.2: pass\n"
        "        time.sleep(0.3)\n"
        "        os._exit(0)\n"
        "os.wait(); os.wait()\n"
    )
    found = _run(bench, limits, code)
    assert found.exit_code == 0
    assert found.cpu_seconds > 0.4
    assert found.memory_bytes is not None
    assert found.memory_bytes > 80 << 20


COMPUTE = "until = time.process_time() + 0.7\nwhile time.process_time() < until: pass\n"


@pytest.mark.parametrize(
    ("code", "stopped"),
    [
        ("import time\n" + COMPUTE, None),
        ("import threading, time\ndef work():\n    "
         + COMPUTE.replace("\n", "\n    ").rstrip()
         + "\nt = threading.Thread(target=work)\nt.start()\nt.join()", None),
        ("import time\ntime.sleep(30)", "idle"),
        ("import threading\nthreading.Event().wait(30)", "idle"),
    ],
    ids=["computes", "a_thread_computes", "sleeps", "waits"],
)  # fmt: skip
def test_idle_is_who_neither_computes_nor_waits_for_a_processor(
    bench: Bench, limits: Limits, code: str, stopped: str | None
) -> None:
    found = _run(bench, limits.model_copy(update={"idle_seconds": 0.4}), code)
    assert found.stopped == stopped
    if stopped:
        assert found.wall_seconds < 20
        assert found.cpu_seconds < 0.4


def test_a_program_that_does_not_read_its_input_ends_well(bench: Bench, limits: Limits) -> None:
    assert _run(bench, limits, "print('done')", b"x" * 3_000_000).stdout == b"done\n"


def test_output_up_to_the_limit_is_kept_whole(bench: Bench, limits: Limits) -> None:
    small = limits.model_copy(update={"output_kb": 64})
    found = _run(bench, small, "print('x' * 65535)")
    assert (len(found.stdout), found.stopped) == (65536, None)
    assert _run(bench, small, "print('x' * 65536)").stopped == "output"


def test_a_sandbox_that_cannot_be_made_is_not_the_programs_fault(
    bench: Bench, limits: Limits
) -> None:
    with pytest.raises(JudgeError, match="could not be set up"):
        bench.sandbox.run(["/no/such/program"], {}, limits)


def test_two_runs_know_nothing_of_each_other(bench: Bench, limits: Limits) -> None:
    write = "open('/tmp/mine', 'w').write('x'); open('/dev/shm/mine', 'w').write('x')"
    look = "import os; print(os.listdir('/tmp') + os.listdir('/dev/shm'))"
    assert _run(bench, limits, write).exit_code == 0
    assert _run(bench, limits, look).stdout == b"[]\n"


_JUDGE = """
import sys, time
sys.path.insert(0, sys.argv[1])
from interview.judge.config import load_judge_config
from interview.judge.sandbox import Sandbox
from talentloop.settings import Settings
config = load_judge_config(Settings())
limits = config.limits.model_copy(update={"cpu_seconds": 30.0})
code = b"import os, time\\nfor _ in range(3):\\n    os.fork()\\nopen('/tmp/x', 'w')\\nprint('@' + 'up', flush=True)\\ntime.sleep(120)"
sandbox = Sandbox(config.sandbox)
print("ready", flush=True)
sandbox.run(["/usr/bin/python3", "-I", "-c", code.decode(), sys.argv[2]], {}, limits)
"""


def test_a_killed_judge_leaves_no_process_and_its_group_is_collected(bench: Bench) -> None:
    hierarchy = bench.sandbox.hierarchy
    assert hierarchy is not None
    mark = f"judge-under-test-{os.getpid()}"
    judge = subprocess.Popen(
        [sys.executable, "-c", _JUDGE, str(ROOT), mark], stdout=subprocess.PIPE
    )
    try:
        assert judge.stdout is not None
        assert judge.stdout.readline() == b"ready\n"
        _until(lambda: len(_of(mark)) >= 8, "the program runs")
        groups = [name for name in hierarchy.names() if f"-{judge.pid}-" in name]
        assert len(groups) == 1
        assert not set(hierarchy.collect()) & set(groups), "its maker lives"
    finally:
        judge.send_signal(signal.SIGKILL)
        judge.wait()
        judge.stdout and judge.stdout.close()
    _until(lambda: not _of(mark), "every process is gone")
    hierarchy.collect()  # or another judge that started meanwhile
    assert not set(groups) & set(hierarchy.names())


def test_what_a_judge_left_running_is_killed_at_the_next_start(bench: Bench) -> None:
    hierarchy = bench.sandbox.hierarchy
    assert hierarchy is not None
    maker = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from interview.judge.groups import find_hierarchy\n"
        "import subprocess\n"
        "group = find_hierarchy()[0].make(64 << 20, 16)\n"
        "quiet = {'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL}\n"
        "left = subprocess.Popen(['sleep', '60'], **quiet)\n"
        "[door.write_text(str(left.pid)) for door in group.doors]\n"
        "print(group.doors[0].parent.name, left.pid, flush=True)\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", maker, str(ROOT)], capture_output=True, text=True, check=True
    )
    name, left = made.stdout.split()
    hierarchy.collect()
    assert name not in hierarchy.names()
    _until(lambda: not _lives(int(left)), "the process that was left is gone")


def _of(mark: str) -> list[int]:
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        command = process.info["cmdline"] or []
        if mark in command and "-I" in command and process.info["status"] != "zombie":
            found.append(process.pid)
    return found


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != "zombie"
    except psutil.NoSuchProcess:
        return False


def _until(holds: object, what: str) -> None:
    assert callable(holds)
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def test_a_missing_tool_is_named(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(JudgeError, match="bwrap is not installed"):
        Sandbox(bench.config.sandbox)
