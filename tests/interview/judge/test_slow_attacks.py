"""Attacks that keep a compiler busy until its limit: seconds each."""

from __future__ import annotations

import pytest

from interview.judge import try_attacks
from interview.judge.attacks import Attack, all_attacks
from interview.judge.judging import Bench
from talentloop.settings import Settings

SLOW = [each for each in all_attacks() if not each.quick]


@pytest.mark.parametrize("attack", SLOW, ids=[each.code for each in SLOW])
def test_an_attack_is_contained(judge_settings: Settings, bench: Bench, attack: Attack) -> None:
    trial = try_attacks(judge_settings, bench, [attack])[0]
    if trial.skipped:
        pytest.skip(trial.skipped)
    assert trial.wrong == ()
    assert list(judge_settings.home.iterdir()) == []
