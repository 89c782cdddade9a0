"""Comparing groups: ratios, significance and the one selection that would turn a finding."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml.groups import GroupRate, group_rates
from ml.impact import ImpactRule

RULE = ImpactRule(
    attributes=("gender",), age_bands=(30,), counts="each", min_cell=3, min_flag_rows=5,
    min_share=0.02,
)  # fmt: skip


def rates(**groups: tuple[int, int]) -> dict[str, GroupRate]:
    """Rates of groups given as (selected, assessed)."""
    selected = np.concatenate([np.arange(n) < k for k, n in groups.values()])
    names = pd.Series([name for name, (_, n) in groups.items() for _ in range(n)], dtype=object)
    return {rate.group: rate for rate in group_rates(selected, names, RULE)}


def test_a_difference_beyond_chance_is_flagged_for_review() -> None:
    # a: 48 of 100, b: 96 of 120 = .8; ratio .48 / .8 = .6. Pooled p = 144 / 220, standard error
    # sqrt(p (1 - p) (1/100 + 1/120)) = .064385, z = -.32 / .064385 = -4.9701.
    found = rates(a=(48, 100), b=(96, 120))
    assert found["a"].impact_ratio == pytest.approx(0.6)
    assert found["a"].z == pytest.approx(-4.9701, abs=1e-4)
    assert found["a"].p_value < 1e-5
    assert (found["a"].flag, found["a"].flips) == ("review", False)
    assert (found["b"].flag, found["b"].impact_ratio) == ("reference", 1.0)


def test_one_selection_more_can_turn_a_finding_and_that_is_said() -> None:
    # b: 10 of 20 = .5, so four fifths is .4; a: 7 of 18 = .389, with one more 8 of 18 = .444
    found = rates(a=(7, 18), b=(10, 20))
    assert (found["a"].flag, found["a"].flips) == ("watch", True)
    # 6 of 18: one more is 7 of 18, still below
    assert rates(a=(6, 18), b=(10, 20))["a"].flips is False


def test_a_group_under_two_per_cent_is_no_reference_and_is_still_shown() -> None:
    # c has the highest rate but is 3 of 203 people: b is the reference
    found = rates(a=(30, 100), b=(40, 100), c=(3, 3))
    assert (found["b"].flag, found["c"].flag) == ("reference", "not judged")
    assert (found["c"].n, found["c"].rate, found["c"].impact_ratio) == (3, 1.0, None)


def test_where_nobody_or_everybody_is_selected_nothing_is_undefined_by_accident() -> None:
    nobody = rates(a=(0, 10), b=(0, 10))
    assert {(r.rate, r.impact_ratio, r.flag) for r in nobody.values()} == {
        (0.0, None, "not judged")
    }
    everybody = rates(a=(10, 10), b=(10, 10))
    assert (everybody["b"].impact_ratio, everybody["b"].z, everybody["b"].flag) == (1.0, None, "ok")
