"""Judging code answers: compiled and run in a sandbox that is tried before it is trusted."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from interview.judge.config import load_judge_config
from interview.judge.judging import Bench, judge_on
from interview.judge.problem import load_problem, problem_codes
from interview.judge.result import JudgeResult
from interview.judge.sandbox import Sandbox
from interview.judge.score import to_score
from interview.judge.source import read_source
from interview.judge.trial import Trial, refuse_if_escaped, try_attacks
from interview.judge.version import config_stamp
from interview.session import ProgrammingLanguage
from talentloop.settings import Settings

__all__ = [
    "JudgeResult", "Trial", "judge", "load_problem", "open_bench", "problem_codes", "read_source",
    "self_test", "to_score", "trust", "try_attacks",
]  # fmt: skip


def judge(
    settings: Settings,
    problem: str,
    source: str,
    language: ProgrammingLanguage,
    *,
    others: Mapping[str, str] | None = None,
) -> JudgeResult:
    """Judge a program by the tests of a problem. The first call of a process tries the sandbox.

    Args:
        problem: a folder of config/problems.
        others: other candidates' sources in the same language by answer id, for likeness.

    Raises:
        ConfigError: config/judge.yml or the problem does not fit.
        JudgeError: the sandbox does not hold, or something that is not the program's fault failed.
    """
    found = load_problem(settings, problem)
    bench = _trusted(settings, config_stamp(settings))
    return judge_on(bench, found, source, language, others or {})


def trust(settings: Settings) -> None:
    """Try the sandbox now, so that a process that cannot judge says so before the first answer.

    Raises:
        ConfigError, JudgeError: as for `self_test`.
    """
    _trusted(settings, config_stamp(settings))


def self_test(settings: Settings) -> list[Trial]:
    """Clear away what killed judges have left, and try the sandbox.

    Raises:
        ConfigError: config/judge.yml does not fit.
        JudgeError: a part of the sandbox is missing, or an attack escapes it.
    """
    return refuse_if_escaped(settings, open_bench(settings))


def open_bench(settings: Settings) -> Bench:
    """Configuration and sandbox, not yet tried; what killed judges have left is cleared away.

    Raises:
        ConfigError, JudgeError: as for `self_test`.
    """
    config = load_judge_config(settings)
    sandbox = Sandbox(config.sandbox)
    if sandbox.hierarchy is not None:
        sandbox.hierarchy.collect()
    return Bench(config, config_stamp(settings), sandbox)


@lru_cache(maxsize=4)
def _trusted(settings: Settings, stamp: str) -> Bench:  # noqa: ARG001 - tried anew when it changes
    bench = open_bench(settings)
    refuse_if_escaped(settings, bench)
    return bench
