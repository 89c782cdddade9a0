"""Likeness of programs: renaming and new comments hide nothing, other programs are other programs."""

from __future__ import annotations

import time

import pytest

from interview.judge.config import CopyRule, load_judge_config
from interview.judge.copies import find_copies, fingerprints
from interview.session import ProgrammingLanguage
from talentloop.settings import Settings

PYTHON = """
import sys
from collections import deque

def read():
    data = list(map(int, sys.stdin.read().split()))
    n, m = data[0], data[1]
    graph = [[] for _ in range(n + 1)]
    for i in range(m):
        a, b = data[2 + 2 * i], data[3 + 2 * i]
        graph[a].append(b)
        graph[b].append(a)
    return n, graph

def distances(n, graph, start):
    seen = [-1] * (n + 1)
    seen[start] = 0
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for other in graph[node]:
            if seen[other] < 0:
                seen[other] = seen[node] + 1
                queue.append(other)
    return seen

n, graph = read()
print(max(distances(n, graph, 1)[1:]))
"""
OTHER = """
import heapq

n, m = map(int, input().split())
edges = {}
for _ in range(m):
    a, b = input().split()
    edges.setdefault(int(a), set()).add(int(b))
    edges.setdefault(int(b), set()).add(int(a))
best = {1: 0}
heap = [(0, 1)]
while heap:
    cost, at = heapq.heappop(heap)
    if cost > best[at]:
        continue
    for to in sorted(edges.get(at, ())):
        if cost + 1 < best.get(to, 10 ** 9):
            best[to] = cost + 1
            heapq.heappush(heap, (cost + 1, to))
if len(best) < n:
    print(-1)
else:
    print(max(best.values()))
"""
CPP = """
#include <iostream>
#include <vector>
int main() {
    int n; std::cin >> n;
    std::vector<long long> best(n + 1, 0), value(n + 1);
    for (int i = 1; i <= n; i++) { std::cin >> value[i]; }
    for (int i = 1; i <= n; i++) {
        best[i] = best[i - 1];
        if (i > 1 && best[i - 2] + value[i] > best[i]) best[i] = best[i - 2] + value[i];
        if (i == 1 && value[1] > 0) best[1] = value[1];
    }
    std::cout << best[n] << "\\n";
}
"""


@pytest.fixture(scope="module")
def rule() -> CopyRule:
    return load_judge_config(Settings()).copies


def _renamed(source: str) -> str:
    for old, new in (("graph", "netz"), ("seen", "d"), ("queue", "q"), ("node", "v"),
                     ("other", "w"), ("data", "zahlen"), ("distances", "bfs")):  # fmt: skip
        source = source.replace(old, new)
    return source


def test_a_renamed_and_commented_copy_is_found_with_its_places(rule: CopyRule) -> None:
    copy = "# 我自己写的\n" + _renamed(PYTHON).replace("    while", "    # go on\n\n    while")
    found = find_copies(copy, "python", {"a-1": PYTHON, "a-2": OTHER}, rule)
    assert [each.answer_id for each in found] == ["a-1"]
    assert found[0].share == 1.0
    begin, end = found[0].spans[0]
    assert "bfs" in copy[begin:end]


def test_a_copied_half_is_found_by_the_smaller_program(rule: CopyRule) -> None:
    half = PYTHON[: PYTHON.index("n, graph = read()")]
    found = find_copies(half + OTHER, "python", {"half": half}, rule)
    assert [each.answer_id for each in found] == ["half"]


def test_programs_written_by_different_people_are_not_alike(rule: CopyRule) -> None:
    assert find_copies(OTHER, "python", {"a-1": PYTHON}, rule) == ()


def test_short_programs_are_not_compared(rule: CopyRule) -> None:
    source = "n = int(input())\nprint(2 * n)\n"
    assert find_copies(source, "python", {"a-1": source}, rule) == ()


def test_code_that_everybody_was_given_does_not_count(rule: CopyRule) -> None:
    given = PYTHON[: PYTHON.index("def distances")]
    assert find_copies(given + OTHER, "python", {"b": given + "x = 1\n" * 40}, rule, given) == ()


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("cpp", CPP, CPP.replace("best", "dp").replace("long long", "int64_t").replace("int main", "/* ! */ int main")),
        ("python", PYTHON, PYTHON.replace("    ", "\t")),
    ],
)  # fmt: skip
def test_fingerprints_see_structure_only(
    rule: CopyRule, language: ProgrammingLanguage, one: str, two: str
) -> None:
    a, b = fingerprints(one, language, rule), fingerprints(two, language, rule)
    share = len(a.places.keys() & b.places.keys()) / len(a.places)
    assert share > (0.8 if language == "cpp" else 0.99)


def test_a_run_of_gram_and_window_is_always_found() -> None:
    # The promise of winnowing: every common run of gram + window - 1 tokens shares a fingerprint.
    rule = CopyRule(gram=4, window=3, share=0.5, tokens=1)
    common = "if for while try return else"  # six tokens, each its own
    for before, after in (("a = 1", "b + c"), ("not not", "; ;"), ("( [ {", "x.y.z")):
        one = fingerprints(f"{before} {common} {after}", "go", rule)
        two = fingerprints(f"pass del {common} lambda def", "go", rule)
        assert one.places.keys() & two.places.keys()


@pytest.mark.parametrize("text", ["(" * 60_000, '"' * 60_001, "/*" * 30_000, 'R"(' * 20_000,
                                  "'''" * 20_000 + "a", "`\\" * 30_000])  # fmt: skip
@pytest.mark.parametrize("language", ["python", "cpp"])
def test_hostile_text_is_read_in_a_moment(
    rule: CopyRule, language: ProgrammingLanguage, text: str
) -> None:
    begun = time.process_time()
    assert fingerprints(text, language, rule).tokens <= len(text)
    assert time.process_time() - begun < 3
