"""The estimators of dbt/macros/survival.sql, by hand and against lifelines on the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, log, sqrt
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.utils import qth_survival_time

from talentloop.settings import PROJECT_ROOT
from tests.warehouse.landed import Warehouse, rows_of
from tests.warehouse.survival import CAUSES, CLOSE, SETTINGS, TIED, Case, M, fitted


@pytest.fixture(scope="module")
def db() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def ask(db: duckdb.DuckDBPyConnection, query: str, cases: Sequence[Case]) -> pd.DataFrame:
    """A query on the cases as the relation `spell` of one group `g`."""
    days, causes = [d for d, _ in cases], [c for _, c in cases]
    spell = "select 'g' as g, unnest($1::double[]) as duration_days, unnest($2::varchar[]) as cause_code, 1 as n"
    return db.execute(f"with spell as ({spell}) from ({query})", [days, causes]).df()


def km(db: duckdb.DuckDBPyConnection, cases: Sequence[Case]) -> pd.DataFrame:
    return ask(db, M.kaplan_meier("spell", "g") + " order by duration_days", cases)


def aj(db: duckdb.DuckDBPyConnection, cases: Sequence[Case]) -> pd.DataFrame:
    return ask(db, M.aalen_johansen("spell", "g") + " order by cause_code, duration_days", cases)


def assert_as_lifelines(found: pd.DataFrame, cases: Sequence[Case]) -> None:
    """Curve, interval and quantiles; where the share is 0 or 1 there is no interval here."""
    theirs = fitted(cases)
    share = theirs.survival_function_.iloc[:, 0].reindex(found["duration_days"]).to_numpy()
    np.testing.assert_allclose(found["survival_rate"], share, atol=CLOSE)
    ends = theirs.confidence_interval_.reindex(found["duration_days"]).to_numpy()
    inside = (found["survival_rate"] > 0) & (found["survival_rate"] < 1)
    ours = found[["survival_lower", "survival_upper"]].to_numpy(dtype=float)
    np.testing.assert_allclose(ours[inside], ends[inside], atol=CLOSE)
    assert np.isnan(ours[~inside]).all()


def test_waiting_by_kaplan_and_meier_by_hand(db: duckdb.DuckDBPyConnection) -> None:
    """Ended on days 1, 2 and 2; open on days 2 and 3. Day 1: 1 of 5. Day 2: 2 of 4, for whoever is
    open on that day is still at risk."""
    found = km(db, [(1, "a"), (2, "a"), (2, "b"), (2, None), (3, None)])
    assert found["n_at_risk"].tolist() == [5, 4, 1]
    assert found["n_remaining"].tolist() == [4, 1, 0]
    assert found["survival_rate"].tolist() == pytest.approx([4 / 5, 2 / 5, 2 / 5])
    width = 1.95996398454 * sqrt(1 / (5 * 4) + 2 / (4 * 2)) / log(5 / 2)
    assert found["survival_lower"][1] == pytest.approx((2 / 5) ** exp(width), abs=CLOSE)
    assert found["survival_upper"][1] == pytest.approx((2 / 5) ** exp(-width), abs=CLOSE)


def test_competing_ends_by_aalen_and_johansen_by_hand(db: duckdb.DuckDBPyConnection) -> None:
    """Day 1: a, 1 of 5. Day 2: b, 1 of 4 of the 4/5 left. Day 4: a, 1 of 2 of the 3/5 left."""
    found = aj(db, [(1, "a"), (2, "b"), (3, None), (4, "a"), (5, None)])
    a, b = found[found["cause_code"] == "a"], found[found["cause_code"] == "b"]
    assert a["duration_days"].tolist() == [1, 2, 3, 4, 5]
    assert a["incidence_rate"].tolist() == pytest.approx([0.2, 0.2, 0.2, 0.5, 0.5])
    assert b["incidence_rate"].tolist() == pytest.approx([0, 0.2, 0.2, 0.2, 0.2])
    # On day 1 it is a plain share of 5: p (1 - p) / n.
    assert a["incidence_variance"].tolist()[0] == pytest.approx(0.2 * 0.8 / 5)
    # On day 2: a's own term .032; cross terms vanish, for F_a did not move.
    assert a["incidence_variance"].tolist()[1] == pytest.approx(0.032)


@SETTINGS
@given(cases=TIED)
def test_curves_are_those_of_lifelines_whatever_the_rows(
    db: duckdb.DuckDBPyConnection, cases: list[Case]
) -> None:
    found = km(db, cases)
    assert_as_lifelines(found, cases)
    rounded = fitted(cases).survival_function_.iloc[:, 0].round(10)
    for share in (0.25, 0.5, 0.9):
        query = f"select {M.survival_quantile(share)} as q from ({M.kaplan_meier('spell', 'g')})"
        quantile = ask(db, query, cases)["q"][0]
        expected = qth_survival_time(round(1 - share, 4), rounded)
        assert (inf if pd.isna(quantile) else quantile) == expected


@SETTINGS
@given(cases=TIED)
def test_the_ways_out_and_those_still_in_add_up_to_one(
    db: duckdb.DuckDBPyConnection, cases: list[Case]
) -> None:
    found = aj(db, cases)
    causes = {c for _, c in cases if c is not None}
    assert set(found["cause_code"]) == causes
    if causes:
        total = found.groupby("duration_days")["incidence_rate"].sum()
        left = found.groupby("duration_days")["survival_rate"].first()
        np.testing.assert_allclose(total + left, 1, atol=CLOSE)
        assert (found["incidence_variance"] >= 0).all()


@SETTINGS
@given(
    durations=st.lists(st.integers(1, 200), min_size=2, max_size=40, unique=True),
    data=st.data(),
)
def test_incidence_variance_and_interval_are_those_of_lifelines_without_ties(
    db: duckdb.DuckDBPyConnection, durations: list[int], data: st.DataObject
) -> None:
    kinds = data.draw(
        st.lists(st.sampled_from([None, *CAUSES]), min_size=len(durations), max_size=len(durations))
    )
    cases: list[Case] = [(d / 4, c) for d, c in zip(durations, kinds, strict=True)]
    assert_incidence(aj(db, cases), cases)


def assert_incidence(found: pd.DataFrame, cases: Sequence[Case]) -> None:
    days = [d for d, _ in cases]
    for number, cause in enumerate(CAUSES, start=1):
        ours = found[found["cause_code"] == cause]
        if ours.empty:
            continue
        codes = [0 if c is None else CAUSES.index(c) + 1 for _, c in cases]
        theirs = AalenJohansenFitter().fit(days, codes, event_of_interest=number)
        at = ours["duration_days"].to_numpy()
        share = theirs.cumulative_density_.iloc[:, 0].reindex(at).to_numpy()
        np.testing.assert_allclose(ours["incidence_rate"], share, atol=CLOSE)
        variance = theirs.variance_.reindex(at).to_numpy()
        np.testing.assert_allclose(ours["incidence_variance"], variance, atol=CLOSE)
        # lifelines names the lower end the upper one.
        ends = np.sort(theirs.confidence_interval_.reindex(at).to_numpy(), axis=1)
        inside = (share > CLOSE) & (share < 1 - CLOSE) & (variance > CLOSE)
        shown = ours[["incidence_lower", "incidence_upper"]].to_numpy(dtype=float)
        np.testing.assert_allclose(shown[inside], ends[inside], atol=CLOSE)


def test_a_simulated_cohort_gives_the_figures_of_lifelines(db: duckdb.DuckDBPyConnection) -> None:
    rng = np.random.default_rng(7)
    ends, seen = rng.gamma(2, 6, 150), rng.uniform(0, 40, 150)
    kind = rng.choice(CAUSES, 150)
    cases: list[Case] = [
        (float(min(e, s)), str(k) if e <= s else None)
        for e, s, k in zip(ends, seen, kind, strict=True)
    ]
    assert_as_lifelines(km(db, cases), cases)
    assert_incidence(aj(db, cases), cases)


def test_the_marts_give_the_figures_of_lifelines_on_the_simulated_company(
    warehouse: Warehouse,
) -> None:
    """Durations are in hundredths of a day, from ten days on in tenths; cohorts are the last year's."""
    waits = rows_of(
        warehouse.first,
        """
        select
            stage_code,
            case when duration_days < 10 then round(duration_days, 2) else round(duration_days, 1) end,
            outcome_code is not null
        from marts.fct_stage_time
        where cohort_month_on > date '2025-11-01' and not (duration_days = 0 and outcome_code is not null)
    """,
    )
    summary = rows_of(
        warehouse.first,
        """
        select stage_code, n - n_zero_length, n_open, median_days, median_days_lower
        from marts.mart_survival_summary
        where measure_code = 'time_in_stage' and grouping_code = 'company'
    """,
    )
    curve = rows_of(
        warehouse.first,
        """
        select stage_code, day, survival_rate from marts.mart_survival_curve
        where measure_code = 'time_in_stage' and grouping_code = 'company'
    """,
    )
    assert len(summary) == 6
    for stage, n, n_open, median, lower in summary:
        mine = [(days, ended) for code, days, ended in waits if code == stage]
        theirs = KaplanMeierFitter().fit([d for d, _ in mine], [e for _, e in mine])
        assert (n, n_open) == (len(mine), sum(not ended for _, ended in mine))
        assert median == theirs.median_survival_time_
        # The interval counts requisitions, and is wider than that of lifelines.
        assert lower <= qth_survival_time(0.5, theirs.confidence_interval_.iloc[:, [0]]) <= median
        on_days = [(day, share) for code, day, share in curve if code == stage]
        np.testing.assert_allclose(
            [share for _, share in on_days], theirs.predict([day for day, _ in on_days]), atol=CLOSE
        )


def test_no_figure_is_given_for_a_day_to_which_nobody_was_followed(
    db: duckdb.DuckDBPyConnection,
) -> None:
    def kept(cases: Sequence[Case], day: int) -> float:
        on_day = M.on_day("survival_rate", day, "1")
        return float(
            ask(db, f"select {on_day} as s from ({M.kaplan_meier('spell', 'g')})", cases)["s"][0]
        )

    cases: list[Case] = [(10, "a"), (40, None), (50, None)]
    assert kept(cases, 5) == 1
    assert kept(cases, 30) == pytest.approx(2 / 3)
    assert np.isnan(kept(cases, 90))
    assert kept([(10, "a"), (40, "a")], 90) == 0


def test_reports_that_filter_freely_use_the_macro_itself() -> None:
    folder = Path(PROJECT_ROOT / "talentloop/reports/sql/shared")
    for name, rendered in (
        ("kaplan_meier", M.kaplan_meier("waited", "group_code")),
        ("kaplan_meier_by_requisition", M.kaplan_meier("waited", "group_code", "requisition_key")),
    ):
        shared = (folder / f"{name}.sql").read_text()
        assert shared.split() == ["curve", "as", "(", *rendered.split(), ")"]
