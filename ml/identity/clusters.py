"""From scored pairs to persons: joined by themselves, proposed, or left apart.

Pairs are taken from the most certain down. One is joined by itself only if no level forbids it,
the two persons that it would make one hold no two different identity numbers between them, and
nobody has decided that two of their records are different persons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ml.identity.rule import IdentityRule

Pair = tuple[str, str]


@dataclass(frozen=True)
class ScoredPair:
    """Two records in the order of their ids, how certain they are one person, and why.

    `levels` are the levels by comparison; a comparison that a record leaves open is not among them.
    """

    left_id: str
    right_id: str
    match_weight: float
    levels: Mapping[str, str]

    @property
    def ids(self) -> Pair:
        """The two records."""
        return self.left_id, self.right_id

    @property
    def probability(self) -> float:
        """Probability that they are one person."""
        return float(1 / (1 + 2.0**-self.match_weight))


@dataclass(frozen=True)
class Known:
    """What is settled before pairs are scored.

    Attributes:
        component: of each record, what the exact rules make of it.
        national_ids: identity numbers (hashed) by component.
        approved, forbidden: pairs that a person has joined, and those told apart.
    """

    component: Mapping[str, str]
    national_ids: Mapping[str, frozenset[str]]
    approved: Iterable[Pair] = ()
    forbidden: Iterable[Pair] = ()


@dataclass
class Decided:
    """Pairs that are joined by themselves, pairs that wait for a person, and who is whom.

    `person` names of each record the smallest component of its person, proposals left out.
    """

    auto: list[ScoredPair] = field(default_factory=list)
    proposed: list[ScoredPair] = field(default_factory=list)
    person: dict[str, str] = field(default_factory=dict)


def decide_pairs(pairs: Sequence[ScoredPair], known: Known, rule: IdentityRule) -> Decided:
    """Decide about every pair between different components; of several between the same two
    persons the most certain speaks for all."""
    persons = _Persons(known)
    decided = Decided()
    waiting = []
    for pair in sorted(pairs, key=lambda p: (-p.match_weight, p.ids)):
        if pair.left_id not in known.component or pair.right_id not in known.component:
            continue
        left, right = (known.component[record] for record in pair.ids)
        if left == right or persons.told_apart(left, right):
            continue
        if not _may_join(pair, rule) or persons.contradict(left, right):
            waiting.append(pair)
            continue
        if persons.join_once(left, right):
            decided.auto.append(pair)
    seen: set[Pair] = set()
    for pair in waiting:
        left, right = (persons.of(known.component[record]) for record in pair.ids)
        ends = (min(left, right), max(left, right))
        if left != right and ends not in seen and not persons.told_apart(left, right):
            seen.add(ends)
            decided.proposed.append(pair)
    decided.person = {record: persons.of(c) for record, c in known.component.items()}
    return decided


def _may_join(pair: ScoredPair, rule: IdentityRule) -> bool:
    barred = (pair.levels.get(name) in labels for name, labels in rule.never_auto.items())
    return pair.probability >= rule.thresholds.auto and not any(barred)


class _Persons:
    """Components merged into persons, with what forbids merging them further."""

    def __init__(self, known: Known) -> None:
        self._above: dict[str, str] = {}
        self._numbers = {c: set(n) for c, n in known.national_ids.items() if n}
        self._enemies: dict[str, set[str]] = {}
        self._joined: set[Pair] = set()
        for pair in known.approved:
            ends = [known.component[record] for record in pair if record in known.component]
            if len(ends) == 2:
                self.join_once(*ends)
        for pair in known.forbidden:
            ends = [self.of(known.component[r]) for r in pair if r in known.component]
            if len(ends) == 2 and ends[0] != ends[1]:
                self._enemies.setdefault(ends[0], set()).add(ends[1])
                self._enemies.setdefault(ends[1], set()).add(ends[0])

    def of(self, component: str) -> str:
        """The person that a component belongs to."""
        root = component
        while (above := self._above.get(root, root)) != root:
            root = above
        while (above := self._above.get(component, component)) != root:
            self._above[component], component = root, above
        return root

    def told_apart(self, left: str, right: str) -> bool:
        """Whether somebody has decided that these are two persons."""
        return self.of(right) in self._enemies.get(self.of(left), ())

    def contradict(self, left: str, right: str) -> bool:
        """Whether together they would hold two different identity numbers."""
        one, other = self.of(left), self.of(right)
        if one == other:
            return False
        return len(self._numbers.get(one, set()) | self._numbers.get(other, set())) > 1

    def join_once(self, left: str, right: str) -> bool:
        """Make two components one person; False when these two have been joined before."""
        ends = (min(left, right), max(left, right))
        if ends in self._joined:
            return False
        self._joined.add(ends)
        one, other = sorted((self.of(left), self.of(right)))
        if one != other:
            self._above[other] = one
            self._numbers.setdefault(one, set()).update(self._numbers.pop(other, set()))
            enemies = self._enemies.pop(other, set())
            for enemy in enemies:
                self._enemies[enemy].discard(other)
                self._enemies[enemy].add(one)
            self._enemies.setdefault(one, set()).update(enemies)
        return True
