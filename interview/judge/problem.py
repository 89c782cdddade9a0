"""Problems that code answers are judged by: config/problems/<code>/.

`problem.yml` is what a candidate may see, with the tests of the statement; `hidden.yml` holds the
others. `tools.py`, where there is one, is code of ours that runs on our side: `generate(n, seed)`
makes a large input, `solve(text)` its answer, `check(given, expected, output)` judges an output
where several are right.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Annotated, Literal

from pydantic import Field, model_validator

from interview.session import ProgrammingLanguage
from talentloop.codes import Bilingual
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class Generated(Strict):
    """An input that `generate` makes, and whose answer `solve` knows."""

    n: int = Field(ge=1, le=1_000_000)
    seed: int = 1


class TestSpec(Strict):
    """A test as it is written down: an input with its answer, or how to make both."""

    __test__ = False  # not one of pytest's

    name: Name
    weight: float = Field(1, gt=0, le=100)
    given: str | None = None
    expected: str | None = None
    generated: Generated | None = None

    @model_validator(mode="after")
    def _written_or_made(self) -> TestSpec:
        if (self.generated is None) != (self.given is not None and self.expected is not None):
            raise ValueError("a test has given and expected, or generated")
        return self


class Checker(Strict):
    """How an output is compared with the answer.

    Attributes:
        kind: `exact` line by line; `tokens` word by word; `numbers` like tokens, with numbers that
            may differ by `absolute` or, for large ones, by the share `relative`; `custom` asks the
            problem's tools.
    """

    kind: Literal["exact", "tokens", "numbers", "custom"] = "tokens"
    absolute: float = Field(default=1e-6, ge=0)
    relative: float = Field(default=1e-6, ge=0)


class Probe(Strict):
    """How the growth of a solution's time is tried: at n, 2n and 4n."""

    n: int = Field(ge=1, le=1_000_000)
    exponent: float = Field(gt=0, le=4)


class ProblemLimits(Strict):
    """Limits of the problem; what is left out is as in config/judge.yml."""

    cpu_seconds: float | None = Field(default=None, gt=0, le=60)
    memory_mb: int | None = Field(default=None, ge=16, le=4096)
    output_kb: int | None = Field(default=None, ge=1, le=65536)


class Statement(Strict):
    """problem.yml.

    Attributes:
        languages: that it may be answered in; empty for all.
        probe: exponent that a good solution stays below.
    """

    title: Bilingual
    statement: Bilingual
    languages: tuple[ProgrammingLanguage, ...] = ()
    limits: ProblemLimits = ProblemLimits()
    checker: Checker = Checker()
    probe: Probe | None = None
    tests: tuple[TestSpec, ...] = Field(min_length=1)


class HiddenTests(Strict):
    """hidden.yml."""

    tests: tuple[TestSpec, ...] = Field(min_length=1)


@dataclass(frozen=True)
class JudgeTest:
    """A test with its input and answer."""

    name: str
    weight: float
    hidden: bool
    given: str
    expected: str


@dataclass(frozen=True)
class Problem:
    """A problem, ready to judge by. `version` changes with everything in its folder."""

    code: str
    version: str
    statement: Statement
    tests: tuple[JudgeTest, ...]
    tools: ModuleType | None
    folder: Path

    def tool(self, name: Literal["generate", "solve", "check"]) -> Callable[..., object]:
        """A function of the problem's tools.py.

        Raises:
            ConfigError: it has none.
        """
        return _tool(self.tools, name, self.folder)


def problem_codes(settings: Settings) -> list[str]:
    """Codes of the problems that there are."""
    return sorted(each.parent.name for each in _root(settings).glob("*/problem.yml"))


def load_problem(settings: Settings, code: str) -> Problem:
    """A problem by its code, its large tests made.

    Raises:
        ConfigError: there is none, or a file of it does not fit.
    """
    if code not in problem_codes(settings):
        raise ConfigError(
            f"There is no problem {code!r}",
            where=str(_root(settings)),
            remedy=f"Known problems: {', '.join(problem_codes(settings)) or 'none'}.",
        )
    folder = _root(settings) / code
    statement = load_model(folder / "problem.yml", Statement)
    hidden: tuple[TestSpec, ...] = ()
    if (folder / "hidden.yml").exists():
        hidden = load_model(folder / "hidden.yml", HiddenTests).tests
    tools = _load_tools(folder / "tools.py", code)
    tests = tuple(
        _make(spec, is_hidden, tools, folder)
        for specs, is_hidden in ((statement.tests, False), (hidden, True))
        for spec in specs
    )
    names = [test.name for test in tests]
    if len(set(names)) < len(names):
        raise ConfigError("The name of a test stands twice", where=str(folder),
                          remedy="Give every test of problem.yml and hidden.yml its own.")  # fmt: skip
    if statement.checker.kind == "custom":
        _tool(tools, "check", folder)
    if statement.probe is not None:
        _tool(tools, "generate", folder)
    return Problem(code, problem_version(settings, code), statement, tests, tools, folder)


def _root(settings: Settings) -> Path:
    return settings.config / "problems"


def _make(spec: TestSpec, hidden: bool, tools: ModuleType | None, folder: Path) -> JudgeTest:
    if spec.generated is None:
        given, expected = spec.given or "", spec.expected or ""
    else:
        made = spec.generated
        given = str(_tool(tools, "generate", folder)(made.n, made.seed))
        expected = str(_tool(tools, "solve", folder)(given))
    return JudgeTest(spec.name, spec.weight, hidden, given, expected)


def _load_tools(path: Path, code: str) -> ModuleType | None:
    if not path.exists():
        return None
    spec = importlib.util.spec_from_file_location(f"talentloop_problem_{code}", path)
    assert spec is not None  # noqa: S101 - a file that ends in .py has one
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ConfigError(
            f"The tools of a problem cannot be loaded: {type(error).__name__}: {error}",
            where=str(path), remedy="Correct the file.",
        ) from error  # fmt: skip
    return module


def _tool(tools: ModuleType | None, name: str, folder: Path) -> Callable[..., object]:
    found: Callable[..., object] | None = getattr(tools, name, None)
    if found is None:
        raise ConfigError(
            f"The problem needs a function {name}",
            where=str(folder / "tools.py"),
            remedy="Write it; interview/judge/problem.py says what it takes and returns.",
        )
    return found


def problem_version(settings: Settings, code: str) -> str:
    """Changes with everything that a problem's answers are judged by, hidden tests among it."""
    folder = _root(settings) / code
    digest = hashlib.sha256()
    for name in ("problem.yml", "hidden.yml", "tools.py"):
        path = folder / name
        digest.update(name.encode() + (path.read_bytes() if path.exists() else b""))
    return digest.hexdigest()[:12]
