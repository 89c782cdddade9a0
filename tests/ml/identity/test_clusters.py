"""Hand-worked pairs: who is joined, who waits, who is never one person."""

from __future__ import annotations

from collections.abc import Mapping

from ml.identity.clusters import Decided, Known, Pair, ScoredPair, decide_pairs
from ml.identity.rule import load_identity_rule
from talentloop.settings import Settings

SURE, DOUBTFUL = 12.0, 2.0  # probabilities .9998 and .8


def decide(
    pairs: list[tuple[str, str, float]],
    numbers: Mapping[str, str] | None = None,
    approved: tuple[Pair, ...] = (),
    forbidden: tuple[Pair, ...] = (),
    level: str = "same_in_pinyin",
) -> Decided:
    """Records a to f, each a component of its own but for f, which the exact rules join to e."""
    component = {record: record for record in "abcde"} | {"f": "e"}
    known = Known(component, {r: frozenset([n]) for r, n in (numbers or {}).items()},
                  approved, forbidden)  # fmt: skip
    scored = [ScoredPair(a, b, weight, {"name": level}) for a, b, weight in pairs]
    return decide_pairs(scored, known, load_identity_rule(Settings()))


def ids(pairs: list[ScoredPair]) -> list[Pair]:
    return [pair.ids for pair in pairs]


def test_the_sure_are_joined_and_the_doubtful_wait() -> None:
    decided = decide([("a", "b", SURE), ("c", "d", DOUBTFUL)])
    assert ids(decided.auto) == [("a", "b")]
    assert ids(decided.proposed) == [("c", "d")]
    assert decided.person["b"] == "a"
    assert decided.person["d"] == "d"


def test_different_identity_numbers_are_never_joined_by_themselves() -> None:
    decided = decide([("a", "b", SURE)], {"a": "1", "b": "2"})
    assert ids(decided.auto) == []
    assert ids(decided.proposed) == [("a", "b")]


def test_a_third_record_does_not_bring_two_identity_numbers_together() -> None:
    """a and c hold different numbers, b none: b goes to the surer side, the other one waits."""
    decided = decide([("a", "b", SURE + 1), ("b", "c", SURE)], {"a": "1", "c": "2"})
    assert ids(decided.auto) == [("a", "b")]
    assert ids(decided.proposed) == [("b", "c")]


def test_twins_wait_for_a_person_however_much_speaks_for_one() -> None:
    decided = decide([("a", "b", SURE)], level="same_surname")
    assert ids(decided.auto) == []
    assert ids(decided.proposed) == [("a", "b")]


def test_what_a_person_told_apart_is_not_joined_through_others() -> None:
    pairs = [("a", "c", SURE + 1), ("b", "c", SURE), ("a", "b", SURE)]
    decided = decide(pairs, forbidden=(("a", "b"),))
    assert ids(decided.auto) == [("a", "c")]
    assert ids(decided.proposed) == []


def test_what_a_person_approved_holds_whatever_the_numbers_say() -> None:
    decided = decide([("b", "c", SURE)], {"a": "1", "b": "2"}, approved=(("a", "b"),))
    assert decided.person["b"] == "a"
    assert ids(decided.auto) == []  # c would join two numbers by itself


def test_two_persons_are_proposed_once_and_exact_pairs_never() -> None:
    pairs = [("a", "e", DOUBTFUL), ("a", "f", DOUBTFUL + 1), ("e", "f", SURE)]
    assert ids(decide(pairs).proposed) == [("a", "f")]
