"""The ordinal model is proportional odds; agreement and audit are counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from statsmodels.miscmodels.ordinal_model import OrderedModel

from interview.learned.audit import audit
from interview.learned.config import LearnedConfig, load_learned
from interview.learned.evaluate import Data, between_people, out_of_fold, with_people
from interview.learned.features import fit_embedding
from interview.learned.ordinal import fit_ordinal
from interview.rated import GroupOf
from talentloop.errors import ModelError
from talentloop.settings import Settings


def drawn(n: int = 300) -> tuple[np.ndarray, list[int]]:
    rng = np.random.default_rng(3)
    x = rng.normal(0, 1, (n, 2))
    push = 1.5 * x[:, 0] - 0.5 * x[:, 1] + rng.logistic(0, 1, n)
    return x, (1 + (push[:, None] > np.array([-1.0, 0.0, 1.5])).sum(axis=1)).tolist()


def test_without_penalty_it_is_the_ordered_model_of_statsmodels() -> None:
    x, levels = drawn()
    known_model = OrderedModel(np.array(levels), (x - x.mean(0)) / x.std(0), distr="logit")
    known = known_model.fit(method="bfgs", disp=False)
    found = fit_ordinal(x, levels, penalty=0.0)
    assert found.weights == pytest.approx(known.params[:2], abs=2e-3)
    assert found.thresholds == pytest.approx(
        known_model.transform_threshold_params(known.params)[1:-1], abs=2e-3
    )
    assert found.probabilities(x) == pytest.approx(np.asarray(known.predict()), abs=1e-3)


def test_probabilities_by_hand() -> None:
    model = fit_ordinal(*drawn(), penalty=1.0)
    row = model.mean[None, :] + model.spread[None, :]
    below = expit(model.thresholds - model.weights.sum())
    expected = np.diff(np.concatenate([[0.0], below, [1.0]]))
    assert model.probabilities(row)[0] == pytest.approx(expected)
    assert model.expected(row)[0] == pytest.approx((expected * np.array([1, 2, 3, 4])).sum())


def test_a_penalty_shrinks_weights() -> None:
    x, levels = drawn()
    free, held = (fit_ordinal(x, levels, penalty) for penalty in (0.0, 100.0))
    assert np.abs(held.weights).sum() < np.abs(free.weights).sum()


def test_one_level_is_nothing_to_learn() -> None:
    with pytest.raises(ModelError, match="same level"):
        fit_ordinal(np.zeros((5, 1)), [3] * 5, 1.0)


@pytest.fixture
def config() -> LearnedConfig:
    return load_learned(Settings()).model_copy(update={"folds": 2, "components": 2})


def data() -> Data:
    return Data(
        answer_ids=["a", "b", "c", "d"],
        candidate_ids=["p", "p", "q", "q"],
        texts=["one plan", "two plans", "three", "four"],
        sub_scores=np.array([[0.1], [0.4], [0.6], [0.9]]),
        ratings=[{"r": 1, "s": 1}, {"r": 2, "s": 3}, {"r": 3, "s": 3}, {"r": 5, "s": 4}],
        by_rule=np.array([1.0, 2.0, 3.0, 4.0]),
    )


def test_agreement_is_counted_rating_by_rating() -> None:
    people, rule = between_people(data()), with_people(data(), data().by_rule)
    assert (people.exact, people.adjacent, people.n_pairs) == (0.5, 1.0, 4)
    assert (rule.exact, rule.adjacent, rule.n_pairs) == (6 / 8, 1.0, 8)


def test_the_audit_is_the_mean_difference_in_people_s_standard_deviations() -> None:
    groups = [GroupOf(candidate_id="p", attribute="gender", group="x")]
    found = audit(data(), np.array([2.0, 2.5, 3.0, 4.5]), groups, least_group=2)
    spread = np.std([1.0, 2.5, 3.0, 4.5], ddof=1)
    assert [(g.group, g.n) for g in found] == [("unknown", 2), ("x", 2)]
    assert [g.smd for g in found] == pytest.approx([0.0, 0.5 / spread])
    small = audit(data(), np.zeros(4), groups, least_group=3)
    assert {g.smd for g in small} == {None}


def test_nobody_is_tested_on_a_model_that_saw_them(
    config: LearnedConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []

    def watched(cfg: LearnedConfig, texts: list[str]) -> object:
        seen.append(set(texts))
        return fit_embedding(cfg, texts)

    monkeypatch.setattr("interview.learned.evaluate.fit_embedding", watched)
    out_of_fold(config, data())
    assert sorted(map(sorted, seen)) == [["four", "three"], ["one plan", "two plans"]]


def test_the_embedding_holds_no_text_and_repeats(config: LearnedConfig) -> None:
    texts = ["I wrote a plan", "we wrote plans", "我制定了计划", "unrelated words entirely"]
    first, again = fit_embedding(config, texts), fit_embedding(config, texts)
    assert np.array_equal(first.components, again.components)
    near, far = first.of(["I wrote a plan"]), first.of(["我制定了计划"])
    assert np.linalg.norm(first.of(["wrote a plan"]) - near) < np.linalg.norm(far - near)
