"""Every quick attack is contained, and leaves nothing behind; see test_slow_attacks.py for the others."""

from __future__ import annotations

import os
from functools import lru_cache

import pytest

from interview.judge import Trial, try_attacks
from interview.judge.attacks import all_attacks
from interview.judge.judging import Bench
from talentloop.settings import Settings

QUICK = [each for each in all_attacks() if each.quick]


@pytest.fixture(scope="module")
def trials(judge_settings: Settings, bench: Bench) -> dict[str, Trial]:
    return {each.attack.code: each for each in try_attacks(judge_settings, bench, QUICK)}


@pytest.mark.parametrize("code", [each.code for each in QUICK])
def test_an_attack_is_contained(trials: dict[str, Trial], code: str) -> None:
    trial = trials[code]
    if trial.skipped:
        pytest.skip(trial.skipped)
    assert trial.wrong == ()


def test_the_host_is_as_it_was_before(
    trials: dict[str, Trial], judge_settings: Settings, bench: Bench
) -> None:
    assert trials
    assert list(judge_settings.home.iterdir()) == []
    assert bench.sandbox.hierarchy is not None
    assert [name for name in bench.sandbox.hierarchy.names() if f"-{os.getpid()}-" in name] == []


@lru_cache(maxsize=1)
def _codes() -> list[str]:
    return [each.code for each in all_attacks()]


def test_attacks_are_many_of_every_kind_and_told_apart() -> None:
    assert len(_codes()) >= 30
    assert len(set(_codes())) == len(_codes())
    assert len({each.kind for each in all_attacks()}) == 8


def test_an_attack_that_proves_nothing_by_its_end_proves_that_it_tried() -> None:
    for each in all_attacks():
        assert "@TRIED@" in each.source or not each.must_try, each.code
        assert each.must_try or "@ESCAPED@" in each.source or each.ends != ("AC",), each.code
