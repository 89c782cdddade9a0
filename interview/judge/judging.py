"""Judging an answer: build it, run it on every test, look how it grows and whom it resembles."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from interview.judge.advice import functions, remarkable
from interview.judge.build import Build, build
from interview.judge.check import is_right
from interview.judge.config import JudgeConfig, Language, Limits
from interview.judge.copies import find_copies
from interview.judge.growth import probe_growth
from interview.judge.problem import JudgeTest, Problem
from interview.judge.result import Copy, Function, Growth, JudgeResult, TestResult, Verdict
from interview.judge.sandbox import Outcome, Sandbox
from interview.session import ProgrammingLanguage
from talentloop.errors import JudgeError

#: Changes with every change of this code that could change a score.
ENGINE = "1"
_XCPU = 128 + 24
_LINES = 5


@dataclass(frozen=True)
class Bench:
    """What is needed to judge: configuration and a sandbox that holds."""

    config: JudgeConfig
    config_hash: str
    sandbox: Sandbox

    def language(self, name: ProgrammingLanguage) -> Language:
        """A language whose compiler is there.

        Raises:
            JudgeError: it is not configured, or not installed.
        """
        found = self.config.languages.get(name)
        if found is None or not available(found):
            raise JudgeError(
                f"Programs in {name} cannot be judged here",
                where=f"config/judge.yml, field languages.{name}",
                remedy="Install its compiler, or correct the paths of build, run and version.",
            )
        return found


def available(language: Language) -> bool:
    """Whether the programs of a language are installed."""
    return all(Path(command[0]).exists() for command in (language.build, language.version))


def judge_on(
    bench: Bench,
    problem: Problem,
    source: str,
    name: ProgrammingLanguage,
    others: Mapping[str, str],
) -> JudgeResult:
    """Judge a source; `others` are other candidates' sources by answer id, for likeness.

    Raises:
        JudgeError: the language is not there or not the problem's, the sandbox could not be set up,
            or the problem's own checker failed.
    """
    if problem.statement.languages and name not in problem.statement.languages:
        raise JudgeError(
            f"The problem is not answered in {name}",
            where=f"{problem.folder / 'problem.yml'}, field languages",
            remedy=f"It takes {', '.join(problem.statement.languages)}.",
        )
    config, language = bench.config, bench.language(name)
    built = build(bench.sandbox, config, language, source)
    tests: tuple[TestResult, ...] = ()
    found: tuple[Function, ...] = ()
    copies: tuple[Copy, ...] = ()
    growth = None
    if built.files is not None:
        limits = problem_limits(config.limits, problem)
        tests = tuple(
            _run_test(bench, language, built.files, problem, test, limits) for test in problem.tests
        )
        if problem.statement.probe is not None and all(t.verdict == "AC" for t in tests):
            growth = _grow(bench, language, built.files, problem, limits)
        found = functions(language.file, source)
        copies = find_copies(source, name, others, config.copies)
    return JudgeResult(
        problem_code=problem.code,
        language=name,
        source=source,
        verdict=_overall(built, tests),
        score_0_1=_share(tests),
        version=_version(bench, problem, language),
        isolation=bench.sandbox.isolation,
        tests=tests,
        message=built.message,
        lines=named_lines(built.message, language.file, source) if built.files is None else (),
        growth=growth,
        functions=found,
        remarks=remarkable(found, config.advice),
        copies=copies,
    )


def problem_limits(limits: Limits, problem: Problem) -> Limits:
    """The limits of a problem, where it says nothing those of the judge."""
    return limits.model_copy(update=problem.statement.limits.model_dump(exclude_none=True))


def run(
    bench: Bench, language: Language, files: Mapping[str, bytes], limits: Limits, given: str
) -> Outcome:
    """Run a built program on an input, under the limits as they are for its language."""
    command = [
        part.format(heap_mb=limits.memory_mb, stack_mb=limits.stack_mb) for part in language.run
    ]
    return bench.sandbox.run(
        command, files, language.widen(limits),
        stdin=given.encode(), environment=language.environment,
    )  # fmt: skip


def ending(outcome: Outcome, language: Language) -> Verdict | None:
    """The verdict that follows from how a run ended; None where its output decides."""
    if outcome.stopped == "output":
        return "OLE"
    if outcome.stopped in ("cpu", "idle", "wall") or outcome.exit_code == _XCPU:
        return "TLE"
    if outcome.stopped == "memory":
        return "MLE"
    if outcome.exit_code != 0:
        text = language.memory_text
        return "MLE" if text is not None and text.encode() in outcome.stderr else "RE"
    return None


def named_lines(text: str, file: str, source: str) -> tuple[int, ...]:
    """Lines of a source, from 1, that an error message names."""
    last = source.count("\n") + 1
    found = re.findall(rf'{re.escape(file)}(?:", line |:)(\d{{1,6}})', text)
    numbers = dict.fromkeys(int(each) for each in found)
    return tuple(each for each in numbers if 1 <= each <= last)[-_LINES:]


def _run_test(
    bench: Bench,
    language: Language,
    files: Mapping[str, bytes],
    problem: Problem,
    test: JudgeTest,
    limits: Limits,
) -> TestResult:
    outcome = run(bench, language, files, limits, test.given)
    verdict = ending(outcome, language)
    text = outcome.stderr.decode("utf-8", "replace") if verdict in ("RE", "MLE") else ""
    source = files.get(f"/w/{language.file}", b"\n" * 100_000).decode()
    if verdict is None:
        verdict = "AC" if is_right(problem, test, outcome.stdout) else "WA"
    return TestResult(
        name=test.name,
        hidden=test.hidden,
        weight=test.weight,
        verdict=verdict,
        cpu_seconds=round(outcome.cpu_seconds, 3),
        wall_seconds=round(outcome.wall_seconds, 3),
        memory_bytes=outcome.memory_bytes,
        exit_code=outcome.exit_code,
        lines=named_lines(text, language.file, source),
    )


def _grow(
    bench: Bench,
    language: Language,
    files: Mapping[str, bytes],
    problem: Problem,
    limits: Limits,
) -> Growth | None:
    probe = problem.statement.probe
    assert probe is not None  # noqa: S101 - the caller looked

    def cpu_seconds(size: int) -> float | None:
        given = str(problem.tool("generate")(size, 1))
        outcome = run(bench, language, files, limits, given)
        return outcome.cpu_seconds if ending(outcome, language) is None else None

    return probe_growth(probe.n, probe.exponent, cpu_seconds)


def _overall(built: Build, tests: tuple[TestResult, ...]) -> Verdict:
    if built.files is None:
        return "CE"
    return next((test.verdict for test in tests if test.verdict != "AC"), "AC")


def _share(tests: tuple[TestResult, ...]) -> float:
    total = sum(test.weight for test in tests)
    passed = sum(test.weight for test in tests if test.verdict == "AC")
    return round(passed / total, 6) if total else 0.0


def _version(bench: Bench, problem: Problem, language: Language) -> str:
    parts = (ENGINE, bench.config_hash, problem.version, toolchain(language.version))
    return f"judge-{ENGINE}-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:12]}"


@lru_cache(maxsize=16)
def toolchain(command: tuple[str, ...]) -> str:
    """What a compiler or interpreter says of its version, asked once per process."""
    done = subprocess.run(command, capture_output=True, timeout=60, check=False, env={})
    return (done.stdout or done.stderr).decode("utf-8", "replace").strip()
