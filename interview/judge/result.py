"""What came out of judging one answer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from interview.session import ProgrammingLanguage
from talentloop.strict import Strict

Verdict = Literal["AC", "WA", "TLE", "MLE", "OLE", "RE", "CE"]


class TestResult(Strict):
    """One test.

    Attributes:
        cpu_seconds: of all processes of the program, the start of its language included.
        memory_bytes: most at one time; None where nothing measures it.
        lines: lines of the source that a run-time error names, from 1.
    """

    __test__ = False  # not one of pytest's

    name: str
    hidden: bool
    weight: float
    verdict: Verdict
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    memory_bytes: int | None = None
    exit_code: int | None = None
    lines: tuple[int, ...] = ()


class Growth(Strict):
    """How time grows with the input; advisory.

    Attributes:
        points: size and CPU seconds, start of the language taken off.
        exponent: of the power of n that fits best; None where the times are too short to tell.
        limit: exponent that a good solution stays below.
    """

    points: tuple[tuple[int, float], ...]
    exponent: float | None
    limit: float


class Function(Strict):
    """A function of the source, its cyclomatic complexity and its length in lines of code."""

    function: str
    line: int
    complexity: int
    lines: int


class Copy(Strict):
    """Another answer that this one is alike; a person looks.

    Attributes:
        share: of the smaller program's fingerprints, how many the other has, too.
        spans: where, in characters of this source.
    """

    answer_id: str
    share: float
    spans: tuple[tuple[int, int], ...]


class JudgeResult(Strict):
    """What the judge says of a program.

    Attributes:
        verdict: AC where every test passed, otherwise the first other verdict.
        score_0_1: weight of the tests passed over all weight.
        version: changes with everything that could change the score.
        message: what the compiler said.
        functions: of a source that compiles.
        remarks: those of them that are long or branch a lot; advisory.
        isolation: `weak` where control groups were missing.
    """

    problem_code: str
    language: ProgrammingLanguage
    source: str
    verdict: Verdict
    score_0_1: float = Field(ge=0, le=1)
    version: str
    isolation: Literal["full", "weak"]
    tests: tuple[TestResult, ...] = ()
    message: str = ""
    lines: tuple[int, ...] = ()
    growth: Growth | None = None
    functions: tuple[Function, ...] = ()
    remarks: tuple[Function, ...] = ()
    copies: tuple[Copy, ...] = ()
