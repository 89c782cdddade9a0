"""Cases with which the estimators of dbt/macros/survival.sql are tested, and lifelines beside them."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from bench.macros import estimators

Case = tuple[float, str | None]
M = estimators()
CLOSE = 1e-9
CAUSES = ("a", "b")
SETTINGS = settings(
    max_examples=20, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
#: Whole days, few of them, so that ties, day zero and rows of one kind all occur.
TIED = st.lists(
    st.tuples(st.integers(0, 9).map(float), st.sampled_from([None, "a", "b"])),
    min_size=1, max_size=40,
)  # fmt: skip


def fitted(cases: Sequence[Case]) -> KaplanMeierFitter:
    return KaplanMeierFitter().fit([d for d, _ in cases], [c is not None for _, c in cases])
