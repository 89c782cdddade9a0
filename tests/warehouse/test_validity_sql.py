"""Validity, thresholds and agreement in SQL: equal to published examples and to known libraries."""

from __future__ import annotations

import krippendorff
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from connectors.sandbox.company import Company, simulate
from tests.warehouse.compiled import Compiled, compiled
from tests.warehouse.landed import Warehouse

#: Shrout and Fleiss (1979): four judges score six subjects.
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
AGREEMENT = ("int_scorer_agreement__vary", "int_scorer_agreement__pair", "mart_scorer_agreement")


@pytest.fixture
def models(warehouse: Warehouse) -> Compiled:
    return compiled(warehouse)


@pytest.fixture(scope="module")
def demo() -> Company:
    return simulate("demo")


def agreement(models: Compiled, scores: np.ndarray) -> pd.Series:
    """The mart's row for subjects × raters, NaN where a rater left a subject out."""
    rows = [
        {"comparison_code": "human_human", "dimension_code": "logic", "interview_key": f"i{i}",
         "rater": f"r{j}", "score_0_1": score}
        for i, row in enumerate(scores) for j, score in enumerate(row) if not np.isnan(score)
    ]  # fmt: skip
    models.give("intermediate.int_scorer_agreement__rate", pd.DataFrame(rows))
    return models.run(*AGREEMENT).iloc[0]


def test_intraclass_correlations_are_those_of_shrout_and_fleiss(models: Compiled) -> None:
    found = agreement(models, np.array(JUDGES) / 10)
    names = ["icc_1_1", "icc_2_1", "icc_1_k", "icc_2_k"]
    assert [round(found[name], 2) for name in names] == [0.17, 0.29, 0.44, 0.62]
    assert (found["n_targets"], found["n_raters"], found["scores_per_target"]) == (6, 4, 4)


def test_the_interval_of_icc_is_near_the_exact_one(models: Compiled) -> None:
    rng = np.random.default_rng(7)
    n, k = 200, 3
    scores = rng.normal(0, 1, (n, 1)) + rng.normal(0, 0.7, (n, k))
    found = agreement(models, scores)
    between = k * scores.mean(axis=1).var(ddof=1)
    within = scores.var(axis=1, ddof=1).mean()
    f, df = between / within, (n - 1, n * (k - 1))
    low, high = f / stats.f.ppf(0.975, *df), f * stats.f.ppf(0.975, *df[::-1])
    exact = [(end - 1) / (end + k - 1) for end in (low, high)]
    assert [found["icc_1_1_lower"], found["icc_1_1_upper"]] == pytest.approx(exact, abs=0.01)


def test_kappa_is_that_of_scikit_learn(models: Compiled) -> None:
    rng = np.random.default_rng(11)
    true = rng.uniform(0, 1, 300)
    scores = np.clip(true[:, None] + rng.normal([0, 0.08], 0.15, (300, 2)), 0, 1)
    levels = np.minimum((scores * 5).astype(int), 4)
    known = cohen_kappa_score(levels[:, 0], levels[:, 1], weights="quadratic", labels=range(5))
    found = agreement(models, scores)
    assert found["weighted_kappa"] == pytest.approx(known, abs=1e-6)
    assert found["mean_difference_0_1"] == pytest.approx(np.diff(scores).mean(), abs=1e-6)


def test_alpha_is_that_of_the_krippendorff_package_with_missing_scores(models: Compiled) -> None:
    rng = np.random.default_rng(13)
    scores = rng.normal(0.6, 0.15, (80, 1)) + rng.normal(0, 0.1, (80, 5))
    scores[rng.random(scores.shape) < 0.4] = np.nan
    scores = scores[(~np.isnan(scores)).sum(axis=1) > 1]
    known = krippendorff.alpha(reliability_data=scores.T, level_of_measurement="interval")
    found = agreement(models, scores)
    assert found["krippendorff_alpha"] == pytest.approx(known, abs=1e-6)
    assert np.isnan(found["icc_2_1"])  # nobody scored everything


def threshold_rows(models: Compiled, tables: np.ndarray) -> pd.DataFrame:
    """The mart's rows for tables of high excellent, high, low excellent, low."""
    rows = pd.DataFrame(tables, columns=["n_high_excellent", "n_high", "n_low_excellent", "n_low"])
    rows["n"] = rows["n_high"] + rows["n_low"]
    rows["months"] = np.arange(len(rows))
    rows["threshold_code"] = "t"
    rows["dimension_code"], rows["job_family_code"] = "logic", "all"
    models.give("intermediate.int_score_threshold__count", rows)
    return models.run("int_score_threshold__test", "mart_score_threshold").sort_values("months")


def test_exact_p_values_and_their_corrections_are_those_of_scipy(models: Compiled) -> None:
    rng = np.random.default_rng(17)
    high, low = rng.integers(0, 60, 120), rng.integers(0, 1_500, 120)
    tables = np.column_stack([rng.binomial(high, 0.35), high, rng.binomial(low, 0.25), low])
    tables = np.vstack([tables, [[0, 0, 9, 40], [3, 3, 20, 60], [0, 8, 20, 60], [5, 5, 30, 30]]])
    found = threshold_rows(models, tables)
    known = [stats.fisher_exact([[a, n1 - a], [b, n2 - b]])[1] for a, n1, b, n2 in tables.tolist()]
    assert found["p_value"].to_numpy() == pytest.approx(known, abs=1e-9)
    shown = found[found["is_shown"]]
    p = np.sort(shown["p_value"])
    holm = np.minimum(1, np.maximum.accumulate(p * np.arange(len(p), 0, -1)))
    assert np.sort(shown["holm_p_value"]) == pytest.approx(holm, abs=1e-9)
    known = stats.false_discovery_control(shown["p_value"])
    assert shown["bh_p_value"].to_numpy() == pytest.approx(known, abs=1e-9)
    assert len(shown) < len(found)
    assert found.loc[~found["is_shown"], "holm_p_value"].isna().all()


def test_selecting_the_top_fifth_halves_the_correlation_and_the_correction_restores_it(
    models: Compiled,
) -> None:
    rng = np.random.default_rng(19)
    n = 200_000
    score = rng.normal(0, 1, n)
    rating = 0.42 * score + np.sqrt(1 - 0.42**2) * rng.normal(0, 1, n)
    hired = score >= np.quantile(score, 0.8)
    fixed = {"dimension_code": "logic", "months": 6}
    models.give(
        "marts.fct_score_outcome",
        pd.DataFrame(
            {**fixed, "job_family_code": "rd", "score_0_1": score[hired],
             "overall_score_0_100": score[hired], "rating_z": rating[hired]}
        ),
    )  # fmt: skip
    scope = [
        {**fixed, "job_family_code": family, "sd_applicants": score.std(), "n_hired": 40_000}
        for family in ("rd", "all")
    ]
    models.give("intermediate.int_interview_validity__scope", pd.DataFrame(scope))
    found = models.run("int_interview_validity__correlate", "mart_interview_validity").iloc[0]
    assert found["pearson_r"] == pytest.approx(0.2115, abs=0.015)
    assert found["corrected_r"] == pytest.approx(0.42, abs=0.03)
    assert found["corrected_lower"] < 0.42 < found["corrected_upper"]
    assert np.isnan(found["delta_r2"])  # the overall score is this dimension


def test_what_a_dimension_adds_is_the_gain_of_a_regression(models: Compiled) -> None:
    rng = np.random.default_rng(23)
    n = 400
    score, rest = rng.normal(0, 1, (2, n))
    overall = 0.5 * score + rest
    rating = 0.4 * overall + 0.3 * score + rng.normal(0, 1, n)
    models.give(
        "marts.fct_score_outcome",
        pd.DataFrame(
            {"dimension_code": "logic", "job_family_code": "rd", "months": 6, "score_0_1": score,
             "overall_score_0_100": overall, "rating_z": rating}
        ),
    )  # fmt: skip
    found = models.run("int_interview_validity__correlate").iloc[0]

    def r2(*columns: np.ndarray) -> float:
        design = np.column_stack([*columns, np.ones(n)])
        left = rating - design @ np.linalg.lstsq(design, rating, rcond=None)[0]
        return 1 - float(left.var() / rating.var())

    assert found["delta_r2"] == pytest.approx(r2(overall, score) - r2(overall), abs=1e-6)


def scores_of(company: Company) -> pd.DataFrame:
    """All scores of a company, in the columns of the warehouse."""
    rows = company.tables["dimension_score"].to_pandas()
    rows = rows[rows["row_version"] == rows.groupby("source_id")["row_version"].transform("max")]
    names = {"source_id": "dimension_score_key", "interview_id": "interview_key",
             "application_id": "application_key", "scorer_id": "scorer_key",
             "scorer_type": "scorer_type_code"}  # fmt: skip
    return rows.rename(columns=names)


def test_planted_reliability_is_recovered(models: Compiled, demo: Company) -> None:
    models.give("intermediate.int_dimension_score__keep_newest", scores_of(demo))
    found = models.run("int_scorer_agreement__rate", *AGREEMENT)
    icc = found.set_index(["comparison_code", "dimension_code"])["icc_1_1"]
    for comparison, planted in demo.planted["reliability"].items():
        for dimension, true in planted.items():
            assert icc[comparison, dimension] == pytest.approx(true, abs=0.05), dimension
    # The machine's bias against women on communication costs agreement with people there only.
    biased = icc["human_ai"].drop("communication")
    assert icc["human_ai", "communication"] < biased.min()


def test_lenient_and_strict_interviewers_are_recognised(models: Compiled, demo: Company) -> None:
    models.give("intermediate.int_dimension_score__keep_newest", scores_of(demo))
    interviews = demo.tables["interview"].to_pandas().drop_duplicates("source_id")
    models.give(
        "intermediate.int_interview__keep_newest",
        interviews.rename(columns={"source_id": "interview_key"})[["interview_key", "round"]],
    )
    steps = [f"int_interviewer_rating__{verb}" for verb in ("compare", "deviate", "resemble")]
    found = models.run(*steps, "mart_interviewer_rating")
    whole = found[found["quarter_on"].isna() & found["is_shown"]].set_index("scorer_key")
    true = pd.Series(demo.planted["leniency_0_1"]).reindex(whole.index)
    assert len(whole) > 50
    assert np.corrcoef(true, whole["leniency_0_1"])[0, 1] > 0.85
    off = true - true.mean()
    inside = (whole["leniency_lower_0_1"] <= off) & (off <= whole["leniency_upper_0_1"])
    assert inside.mean() > 0.85
    quarters = found[found["quarter_on"].notna()]
    assert (
        quarters.groupby("scorer_key")["n_applications"]
        .sum()
        .loc[whole.index]
        .equals(whole["n_applications"])
    )
