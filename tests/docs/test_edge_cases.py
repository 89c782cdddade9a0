"""The table of edge cases names tests that exist, and a reason where a figure is not computed."""

from __future__ import annotations

import re

import pytest

from talentloop.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "metrics-edge-cases.md"
SECTIONS = ["Traps", "0 Conventions", "1 Speed", "2 Conversion", "3 Quality", "4 Cost", "5 Adverse impact"]  # fmt: skip


def _rows() -> list[list[str]]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in rows if row[0] != "edge case"]


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Every test function and every dbt unit test."""
    tests = {
        name
        for file in (PROJECT_ROOT / "tests").rglob("test_*.py")
        for name in re.findall(
            r"^\s*def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    unit_tests = {
        name
        for file in (PROJECT_ROOT / "dbt" / "models").rglob("*__unit_tests.yml")
        for name in re.findall(r"^  - name: (\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(unit_tests) > 30
    return tests | unit_tests


def test_every_section_of_the_definitions_has_its_edge_cases() -> None:
    heads = re.findall(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [head.startswith(section) for head, section in zip(heads, SECTIONS, strict=True)]
    assert len(_rows()) > 100


def test_every_edge_case_has_a_rule() -> None:
    assert [row[0] for row in _rows() if len(row) != 3 or not row[1]] == []
    cases = [row[0] for row in _rows()]
    assert len(cases) == len(set(cases))


def test_every_test_that_proves_a_rule_exists(known: set[str]) -> None:
    named = {name for row in _rows() for name in re.findall(r"`(\w+)`", row[2])}
    assert len(named) > 100
    assert named - known == set()


def test_every_rule_has_a_proof_or_says_why_it_is_not_computed() -> None:
    bare = [
        case for case, rule, proof in _rows()
        if not re.search(r"`\w+`", proof) and not re.search(r"not computed: \w", rule)
    ]  # fmt: skip
    assert bare == []
