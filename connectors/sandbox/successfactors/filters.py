"""`$filter` as far as readers of this tenant use it: comparisons, lists, `and`, `or`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from connectors.sandbox.successfactors.errors import bad_request

Mask = npt.NDArray[np.bool_]
Values = Callable[[str], npt.NDArray[np.generic]]
_Test = Callable[[Values], Mask]

_TOKEN = re.compile(
    r"\s*(?:datetime(?:offset)?'(?P<time>[^']*)'|'(?P<text>(?:[^']|'')*)'"
    r"|(?P<number>-?\d+(?:\.\d+)?)[LlMmDd]?\b|(?P<word>[A-Za-z_]\w*)|(?P<mark>[(),]))"
)
_COMPARE: dict[str, Callable[[npt.NDArray[np.generic], object], Mask]] = {
    "eq": lambda values, wanted: np.asarray(values == wanted),
    "ne": lambda values, wanted: np.asarray(values != wanted),
    "ge": lambda values, wanted: np.asarray(values >= wanted),  # type: ignore[operator]
    "gt": lambda values, wanted: np.asarray(values > wanted),  # type: ignore[operator]
    "le": lambda values, wanted: np.asarray(values <= wanted),  # type: ignore[operator]
    "lt": lambda values, wanted: np.asarray(values < wanted),  # type: ignore[operator]
}
_Token = tuple[str, str]


def parse_filter(expression: str) -> _Test:
    """A function from property values (times as milliseconds) to a mask of rows.

    Raises:
        RefusedError: the expression is not understood.
    """
    parser = _Parser(_tokens(expression))
    test = parser.any_of()
    parser.expect_end()
    return test


def _tokens(expression: str) -> list[_Token]:
    tokens, at = [], 0
    expression = expression.rstrip()
    while at < len(expression):
        found = _TOKEN.match(expression, at)
        if not found or not found.lastgroup:
            raise bad_request(f"The filter is not understood at position {at}")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def any_of(self) -> _Test:
        tests = [self._all_of()]
        while self._skip("word", "or"):
            tests.append(self._all_of())
        return tests[0] if len(tests) == 1 else lambda v: np.any([t(v) for t in tests], axis=0)

    def _all_of(self) -> _Test:
        tests = [self._one()]
        while self._skip("word", "and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda v: np.all([t(v) for t in tests], axis=0)

    def _one(self) -> _Test:
        if self._skip("mark", "("):
            test = self.any_of()
            self._expect("mark", ")")
            return test
        name = self._take("word")
        operator = self._take("word")
        if operator == "in":
            wanted = set(self._list())
            return lambda values: np.array([value in wanted for value in values(name)], dtype=bool)
        if operator not in _COMPARE:
            raise bad_request(f"The operator {operator} is not supported")
        compare, value = _COMPARE[operator], self._literal()
        return lambda values: _compared(compare, values(name), value)

    def _list(self) -> list[object]:
        bracketed = self._skip("mark", "(")
        values = [self._literal()]
        while self._skip("mark", ","):
            values.append(self._literal())
        if bracketed:
            self._expect("mark", ")")
        return values

    def _literal(self) -> object:
        kind, text = self._next()
        if kind == "time":
            return _milliseconds(text)
        if kind == "text":
            return text.replace("''", "'")
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind == "word" and text in ("true", "false"):
            return text == "true"
        raise bad_request("A value is missing in the filter")

    def expect_end(self) -> None:
        if self._at < len(self._tokens):
            raise bad_request("The filter has text after its end")

    def _next(self) -> _Token:
        if self._at >= len(self._tokens):
            raise bad_request("The filter ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, kind: str) -> str:
        found, text = self._next()
        if found != kind:
            raise bad_request(f"The filter has {text!r} in an unexpected place")
        return text

    def _skip(self, kind: str, text: str) -> bool:
        here = self._at < len(self._tokens) and self._tokens[self._at] == (kind, text)
        self._at += here
        return here

    def _expect(self, kind: str, text: str) -> None:
        if not self._skip(kind, text):
            raise bad_request(f"The filter lacks {text!r}")


def _compared(
    compare: Callable[[npt.NDArray[np.generic], object], Mask],
    values: npt.NDArray[np.generic],
    wanted: object,
) -> Mask:
    try:
        return compare(values, wanted).astype(bool)
    except TypeError:
        raise bad_request("The filter compares a property with a value of another type") from None


def _milliseconds(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad_request("A time in the filter is not understood") from None
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    return round(moment.timestamp() * 1000)
