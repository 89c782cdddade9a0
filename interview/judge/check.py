"""Whether an output is right. Runs on our side; the program never sees the answer."""

from __future__ import annotations

import math

from interview.judge.problem import JudgeTest, Problem
from talentloop.errors import JudgeError


def is_right(problem: Problem, test: JudgeTest, output: bytes) -> bool:
    """Whether the output of a program is an answer to the test; text that is not UTF-8 is none.

    Raises:
        JudgeError: the problem's own checker failed.
    """
    try:
        text = output.decode("utf-8")
    except UnicodeDecodeError:
        return False
    checker = problem.statement.checker
    if checker.kind == "exact":
        return _lines(text) == _lines(test.expected)
    if checker.kind == "tokens":
        return text.split() == test.expected.split()
    if checker.kind == "numbers":
        found, wanted = text.split(), test.expected.split()
        return len(found) == len(wanted) and all(
            close(a, b, checker.absolute, checker.relative)
            for a, b in zip(found, wanted, strict=True)
        )
    try:
        said = problem.tool("check")(test.given, test.expected, text)
    except Exception as error:
        raise JudgeError(
            f"The checker of a problem failed: {type(error).__name__}",
            where=f"{problem.folder / 'tools.py'}, test {test.name}",
            remedy="Let it return False for an output that it cannot read.",
        ) from error
    if not isinstance(said, bool):
        raise JudgeError(
            "The checker of a problem gave neither True nor False",
            where=f"{problem.folder / 'tools.py'}, test {test.name}",
            remedy="Let check return a bool.",
        )
    return said


def close(found: str, wanted: str, absolute: float, relative: float) -> bool:
    """Whether two words are the same, or numbers that differ by at most
    max(absolute, relative x |wanted|). What is not finite only equals itself, word for word."""
    if found == wanted:
        return True
    try:
        a, b = float(found), float(wanted)
    except ValueError:
        return False
    if not (math.isfinite(a) and math.isfinite(b)):
        return False
    return abs(a - b) <= max(absolute, relative * abs(b))


def _lines(text: str) -> list[str]:
    """Lines without what editors add: carriage returns, blanks at the end, empty last lines."""
    return [line.rstrip() for line in text.rstrip().split("\n")]
