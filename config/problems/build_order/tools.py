"""Chains in random order, and a checker that takes every valid order."""

import random
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise


def generate(n: int, seed: int) -> str:
    """A chain through all modules, and as many other dependencies along it."""
    rng = random.Random(seed)
    order = list(range(1, n + 1))
    rng.shuffle(order)
    edges = list(pairwise(order))
    for _ in range(n):
        a, b = sorted((rng.randrange(n), rng.randrange(n)))
        if a != b:
            edges.append((order[a], order[b]))
    rng.shuffle(edges)
    return f"{n} {len(edges)}\n" + "".join(f"{a} {b}\n" for a, b in edges)


def solve(text: str) -> str:
    """One valid order."""
    n, edges = _read(text)
    sorter: TopologicalSorter[int] = TopologicalSorter(dict.fromkeys(range(1, n + 1), ()))
    for a, b in edges:
        sorter.add(b, a)
    try:
        return " ".join(map(str, sorter.static_order()))
    except CycleError:
        return "IMPOSSIBLE"


def check(given: str, expected: str, output: str) -> bool:
    """Whether the output is a valid order, or rightly says that there is none."""
    words = output.split()
    if expected.strip() == "IMPOSSIBLE":
        return words == ["IMPOSSIBLE"]
    n, edges = _read(given)
    if len(words) != n or not all(
        word.isascii() and word.isdigit() and len(word) < 8 for word in words
    ):
        return False
    place = {int(word): i for i, word in enumerate(words)}
    return place.keys() == set(range(1, n + 1)) and all(place[a] < place[b] for a, b in edges)


def _read(text: str) -> tuple[int, list[tuple[int, int]]]:
    lines = text.splitlines()
    n, m = map(int, lines[0].split())
    edges = [tuple(map(int, line.split())) for line in lines[1 : m + 1]]
    return n, [(a, b) for a, b in edges]
