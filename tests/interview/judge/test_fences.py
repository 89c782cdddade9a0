"""With a fence taken away the attacks get through, and the judge sees it and refuses to judge."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from interview.judge import try_attacks
from interview.judge.attacks import all_attacks
from interview.judge.judging import Bench
from interview.judge.sandbox import Fences, Sandbox
from interview.judge.trial import refuse_if_escaped
from talentloop.errors import JudgeError
from talentloop.settings import Settings

ATTACKS = {each.code: each for each in all_attacks()}


def _without(bench: Bench, fences: Fences) -> Bench:
    weak = bench.config.sandbox.model_copy(update={"accept_weak_isolation": True})
    return replace(bench, sandbox=Sandbox(weak, fences))


@pytest.mark.parametrize(
    ("fences", "code", "seen"),
    [
        (Fences(syscalls=False), "new_namespaces", "got through: unshare"),
        (Fences(syscalls=False), "new_namespaces_by_clone", "got through: clone"),
        (Fences(syscalls=False), "dangerous_calls", "got through"),
        (Fences(syscalls=False), "calls_of_32_bits", "got through: ptrace by int 0x80"),
        (Fences(syscalls=False), "odd_families", "got through: family"),
        (Fences(network=False), "loopback", "AF_INET of the host was reached"),
        (Fences(network=False), "unix_sockets", "AF_UNIX of the host was reached"),
        (Fences(processes=False), "other_processes", "got through: sees"),
        (Fences(shown=("/etc",)), "platform_files", "got through: /etc/passwd"),
        (Fences(shown=("/etc",)), "node_reads_the_host", "got through: /etc/passwd"),
        (Fences(shown=("/sys",)), "sys_and_proc_settings", "got through: /sys"),
        (Fences(groups=False), "memory_of_children", "got through: 300 MiB at one time"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_an_attack_notices_the_missing_fence(
    judge_settings: Settings, bench: Bench, fences: Fences, code: str, seen: str
) -> None:
    trial = try_attacks(judge_settings, _without(bench, fences), [ATTACKS[code]])[0]
    if trial.skipped:
        pytest.skip(trial.skipped)
    assert any(seen in each for each in trial.wrong), trial


def test_bait_within_reach_is_noticed(bench: Bench) -> None:
    # A folder of pytest's is closed to others and under /tmp; here only the sandbox keeps anybody out.
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        home = Path(folder)
        home.chmod(0o755)
        trials = try_attacks(
            Settings(home=home), _without(bench, Fences(shown=(folder,))),
            [ATTACKS["includes_files_of_the_host"], ATTACKS["embeds_files_of_the_host"],
             ATTACKS["links_out"]],
        )  # fmt: skip
    for trial in trials:
        assert "a file of the host was read" in trial.wrong, trial


@pytest.mark.parametrize(
    ("fences", "named"),
    [
        (Fences(syscalls=False), "traces"),
        (Fences(network=False), "loopback"),
        (Fences(shown=("/etc",)), "platform_files"),
    ],
    ids=["syscalls", "network", "files"],
)
def test_nothing_is_judged_where_an_attack_escapes(
    judge_settings: Settings, bench: Bench, fences: Fences, named: str
) -> None:
    with pytest.raises(JudgeError, match="The sandbox does not hold: ") as raised:
        refuse_if_escaped(judge_settings, _without(bench, fences))
    assert named in raised.value.what


def test_weak_isolation_is_refused_unless_it_is_accepted(bench: Bench) -> None:
    with pytest.raises(JudgeError, match="cannot be limited") as raised:
        Sandbox(bench.config.sandbox, Fences(groups=False))
    assert "accept_weak_isolation" in raised.value.remedy
    accepted = bench.config.sandbox.model_copy(update={"accept_weak_isolation": True})
    assert Sandbox(accepted, Fences(groups=False)).isolation == "weak"
