"""The estimators of dbt/macros/survival.sql where cases come in clusters, by hand and by definition."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter
from scipy import stats

from tests.warehouse.survival import CAUSES, CLOSE, SETTINGS, TIED, Case, M, fitted


@pytest.fixture(scope="module")
def db() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def ask_clustered(
    db: duckdb.DuckDBPyConnection, query: str, cases: Sequence[Case], clusters: Sequence[int]
) -> pd.DataFrame:
    """A query on the cases as the relation `spell` of one group `g` in clusters `c`."""
    days, causes = [d for d, _ in cases], [c for _, c in cases]
    spell = (
        "select 'g' as g, unnest($1::double[]) as duration_days, unnest($2::varchar[]) as cause_code,"
        " unnest($3::integer[]) as c, 1 as n"
    )
    return db.execute(
        f"with spell as ({spell}) from ({query})", [days, causes, list(clusters)]
    ).df()


def influences(cases: Sequence[Case]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Influence of each case (row) on the log of the Kaplan-Meier share after each duration, from
    its definition: Σ (dN_i − Y_i d/n) / (n − d)."""
    days = np.array([d for d, _ in cases])
    ended = np.array([c is not None for _, c in cases])
    at = np.unique(days)
    here = (days[:, None] == at) & ended[:, None]
    risk = days[:, None] >= at
    d, n = here.sum(axis=0), risk.sum(axis=0)
    left = np.where(n > d, n - d, 1)
    steps = np.where(n > d, (here - risk * d / n) / left, 0)
    found: np.ndarray[tuple[int, int], np.dtype[np.float64]] = np.cumsum(steps, axis=1)
    return found


CLUSTERED = st.lists(
    st.tuples(st.integers(0, 9).map(float), st.sampled_from([None, "a", "b"]), st.integers(0, 5)),
    min_size=2, max_size=40,
)  # fmt: skip


@SETTINGS
@given(rows=CLUSTERED)
def test_clusters_widen_an_interval_by_the_squares_of_their_summed_influences(
    db: duckdb.DuckDBPyConnection, rows: list[tuple[float, str | None, int]]
) -> None:
    cases, clusters = [(d, c) for d, c, _ in rows], [g for _, _, g in rows]
    query = M.kaplan_meier("spell", "g", "c", digits=12) + " order by duration_days"
    found = ask_clustered(db, query, cases, clusters)
    psi = influences(cases)
    groups = np.unique(clusters)
    summed = np.array([psi[np.array(clusters) == g].sum(axis=0) for g in groups])
    plain = (psi**2).sum(axis=0)
    wide = len(groups) / max(len(groups) - 1, 1) * (summed**2).sum(axis=0)
    variance = np.maximum(plain, wide) if len(groups) > 1 else plain
    t = float(db.execute(f"select {M.student_quantile(str(len(groups)))}").fetchall()[0][0])
    share = found["survival_rate"].to_numpy(dtype=float)
    inside = (share > CLOSE) & (share < 1 - CLOSE)
    for name, sign in (("survival_lower", 1), ("survival_upper", -1)):
        width = t * np.sqrt(variance[inside]) / np.abs(np.log(share[inside]))
        expected = share[inside] ** np.exp(sign * width)
        np.testing.assert_allclose(found[name].to_numpy(dtype=float)[inside], expected, atol=CLOSE)


@SETTINGS
@given(cases=TIED)
def test_the_influences_of_single_cases_give_greenwoods_variance(cases: list[Case]) -> None:
    """So that one case a cluster means the plain interval, but for n / (n - 1)."""
    fit = fitted(cases)
    share = fit.survival_function_.iloc[1:, 0] if 0 not in [d for d, _ in cases] else (
        fit.survival_function_.iloc[:, 0])  # fmt: skip
    ends = fit.confidence_interval_.reindex(share.index).to_numpy()
    inside = ((share > 0) & (share < 1)).to_numpy()
    found = np.sqrt((influences(cases) ** 2).sum(axis=0))
    log_share = np.log(share.to_numpy()[inside])
    theirs = np.log(np.log(ends[inside, 0]) / log_share) / 1.95996398454 * np.abs(log_share)
    np.testing.assert_allclose(found[inside], theirs, atol=1e-8)


@SETTINGS
@given(
    durations=st.lists(st.integers(1, 200), min_size=3, max_size=30, unique=True), data=st.data()
)
def test_copies_of_a_case_in_its_cluster_tell_nothing_new(
    db: duckdb.DuckDBPyConnection, durations: list[int], data: st.DataObject
) -> None:
    """Of n cases, each there three times in a cluster of its own: the variance of lifelines for
    the n cases, times n / (n - 1). As though they were 3n, it would be a third of that."""
    n = len(durations)
    kinds = data.draw(st.lists(st.sampled_from([None, *CAUSES]), min_size=n, max_size=n))
    cases: list[Case] = [(d / 4, c) for d, c in zip(durations, kinds, strict=True)]
    query = M.aalen_johansen("spell", "g", "c", digits=12)
    found = ask_clustered(db, query, cases * 3, list(range(n)) * 3)
    for number, cause in enumerate(CAUSES, start=1):
        ours = found[found["cause_code"] == cause].sort_values("duration_days")
        if ours.empty:
            continue
        codes = [0 if c is None else CAUSES.index(c) + 1 for _, c in cases]
        theirs = AalenJohansenFitter().fit(
            [d for d, _ in cases], codes, event_of_interest=number
        ).variance_.reindex(ours["duration_days"]).to_numpy()  # fmt: skip
        np.testing.assert_allclose(ours["incidence_variance"], theirs * n / (n - 1), atol=CLOSE)


def test_clusters_of_competing_ends_by_the_jackknife(db: duckdb.DuckDBPyConnection) -> None:
    """The derivative of the incidence by the weight of each cluster, taken numerically."""
    rng = np.random.default_rng(5)
    days = rng.integers(0, 12, 60).astype(float)
    code = rng.integers(0, 3, 60)
    cluster = rng.integers(0, 9, 60)

    def incidence(weight: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float]:
        share, total, out = 1.0, 0.0, []
        for day in np.unique(days):
            risk, here = weight[days >= day].sum(), days == day
            total += share * weight[here & (code == 1)].sum() / risk
            share *= 1 - weight[here & (code > 0)].sum() / risk
            out.append(total)
        return out

    squares = np.zeros(len(np.unique(days)))
    for one in range(9):
        shifted = [np.where(cluster == one, 1 + h, 1.0) for h in (1e-5, -1e-5)]
        squares += (np.subtract(*map(incidence, shifted)) / 2e-5) ** 2
    cases: list[Case] = [
        (d, [None, *CAUSES][c]) for d, c in zip(days.tolist(), code.tolist(), strict=True)
    ]
    names = ["incidence_rate", "incidence_variance"]
    shown = " where cause_code = 'a' order by duration_days"
    robust = ask_clustered(
        db, f"from ({M.aalen_johansen('spell', 'g', 'c')}){shown}", cases, cluster.tolist()
    )[names]
    plain = ask_clustered(
        db, f"from ({M.aalen_johansen('spell', 'g')}){shown}", cases, cluster.tolist()
    )[names]
    np.testing.assert_allclose(robust["incidence_rate"], plain["incidence_rate"])
    expected = np.maximum(plain["incidence_variance"], 9 / 8 * squares)
    np.testing.assert_allclose(robust["incidence_variance"], expected, atol=CLOSE)
    assert (9 / 8 * squares > plain["incidence_variance"]).any()


def test_a_curve_by_day_is_the_last_step_of_each_day(db: duckdb.DuckDBPyConnection) -> None:
    rng = np.random.default_rng(3)
    cases = [
        (round(float(d), 2), None if c == 0 else "ab"[c - 1])
        for d, c in zip(rng.exponential(6, 200), rng.integers(0, 3, 200), strict=True)
    ]
    clusters = rng.integers(0, 12, 200).tolist()
    shown = "select cause_code, duration_days, incidence_rate, incidence_lower, incidence_upper"
    order = "order by cause_code, duration_days"
    every = ask_clustered(
        db,
        f"{shown} from ({M.aalen_johansen('spell', 'g', 'c')}) qualify row_number() over (partition "
        f"by cause_code, ceil(duration_days) order by duration_days desc) = 1 {order}",
        cases,
        clusters,
    )
    by_day = ask_clustered(
        db, f"{shown} from ({M.aalen_johansen('spell', 'g', 'c', by_day=True)}) {order}",
        cases, clusters,
    )  # fmt: skip
    assert len(by_day) < len(cases)
    pd.testing.assert_frame_equal(every, by_day, rtol=1e-9)


def test_few_clusters_take_students_quantile(db: duckdb.DuckDBPyConnection) -> None:
    for n in (5, 10, 30, 1000):
        found = db.execute(f"select {M.student_quantile(str(n))}").fetchall()[0][0]
        assert float(found) == pytest.approx(stats.t.ppf(0.975, n - 1), abs=1e-3)


def test_a_rate_over_clusters_by_hand(db: duckdb.DuckDBPyConnection) -> None:
    """Of 29 cases in five clusters 11: the ratio's variance 5/4 Σ (k − p n)² / 29² is 3.0956 times
    p (1 - p) / 29, so that Wilson counts 29 / 3.0956 cases, with Student's 2.776."""
    k, n = [3, 0, 5, 1, 2], [10, 7, 6, 4, 2]
    query = f"""
        select {M.clustered_wilson("k", "n", "s", -1)}, {M.clustered_wilson("k", "n", "s", 1)} from (
            select sum(k) as k, sum(n) as n, {M.cluster_squares("k", "n", "s")}
            from (select unnest($1::integer[]) as k, unnest($2::integer[]) as n)
        )"""
    found = [float(x) for x in db.execute(query, [k, n]).fetchall()[0]]
    p, t = 11 / 29, 2.776445
    effect = 5 / 4 * sum((a - p * b) ** 2 for a, b in zip(k, n, strict=True)) / 29 / (p * (1 - p))
    assert effect == pytest.approx(3.0956, abs=1e-4)
    cases = 29 / effect
    middle = (p * cases + t * t / 2) / (cases + t * t)
    width = t * sqrt(p * (1 - p) * cases + t * t / 4) / (cases + t * t)
    assert found == pytest.approx([middle - width, middle + width], abs=1e-4)
    # Clusters that are alike, and a single one, leave Wilson's interval as it is.
    alone = [float(x) for x in db.execute(query, [[11], [29]]).fetchall()[0]]
    plain = db.execute(f"select {M.wilson('11', '29', -1)}, {M.wilson('11', '29', 1)}").fetchall()
    assert alone == pytest.approx([float(x) for x in plain[0]], abs=1e-6)
