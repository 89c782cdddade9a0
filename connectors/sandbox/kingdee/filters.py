"""`FilterString` and `OrderString` of K3Cloud, as far as readers of the stand-in use them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from connectors.sandbox.kingdee.forms import Values

_LITERAL = r"'(?:[^']|'')*'|-?\d+(?:\.\d+)?"
_CONDITION = re.compile(
    rf"\s*(?P<field>\w+(?:\.\w+)?)\s*(?:(?P<operator>>=|<=|<>|=|>|<)\s*(?P<value>{_LITERAL})"
    rf"|in\s*\((?P<list>\s*(?:{_LITERAL})(?:\s*,\s*(?:{_LITERAL}))*\s*)\))\s*",
    re.IGNORECASE,
)
_AND = re.compile(r"and\b", re.IGNORECASE)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
}
Test = Callable[[Values], bool]


class NotUnderstoodError(Exception):
    """A filter or an order that the tenant does not understand."""


def parse_filter(text: str, fields: Iterable[str]) -> Test:
    """A test of records.

    Raises:
        NotUnderstoodError: the text is not `field operator value and …`, or names another field.
    """
    tests, at, known = [], 0, set(fields)
    while at < len(text):
        found = _CONDITION.match(text, at)
        if found is None or found["field"] not in known:
            raise NotUnderstoodError(f"过滤条件无法识别（位置 {at}）")
        tests.append(_test(found))
        at = found.end()
        joint = _AND.match(text, at)
        if joint is None and at < len(text):
            raise NotUnderstoodError(f"过滤条件无法识别（位置 {at}）")
        at = joint.end() if joint else at
    return lambda record: all(test(record) for test in tests)


def _test(found: re.Match[str]) -> Test:
    field = found["field"]
    if found["list"] is not None:
        wanted = {_literal(text) for text in re.findall(_LITERAL, found["list"])}
        return lambda record: _comparable(record[field]) in wanted
    compare, value = _COMPARE[found["operator"]], _literal(found["value"])

    def test(record: Values) -> bool:
        here = _comparable(record[field])
        return here is not None and isinstance(here, type(value)) and compare(here, value)

    return test


def _literal(text: str) -> str | float:
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    return float(text)


def _comparable(value: Any) -> Any:
    """Numbers as such; times as the literal of a filter writes them."""
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}", value):
        return value.replace("T", " ")
    return value


def sort_key(text: str, fields: Iterable[str]) -> Callable[[Values], Any]:
    """The key of `OrderString`, one ascending field; without one, an order nobody may rely on.

    Raises:
        NotUnderstoodError: it names another field, or more than one.
    """
    field = re.sub(r"\s+asc\s*$", "", text.strip(), flags=re.IGNORECASE)
    if not field:
        return lambda record: str(record["FNumber"])[::-1]
    if field not in set(fields):
        raise NotUnderstoodError(f"排序字段 {field} 不存在")
    return lambda record: record[field]
