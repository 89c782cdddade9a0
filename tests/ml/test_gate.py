"""The gate, row by row, and the compare-and-set behind a promotion."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ml import promotion
from ml.audit import Audit
from ml.config import load_rule
from ml.evaluate import Evaluation
from ml.gate import GateRow, decide, failures, passes
from ml.metrics import Comparison
from ml.promotion import Candidate
from talentloop.errors import ModelError
from talentloop.settings import Settings
from tests.ml.conftest import MODEL

AUDIT = Audit(n_assessed=0, n_unscored=0, attributes=())


def evaluation(
    *, prior_lower: float = 0.02, logistic: float = 0.01, champion: float | None = None,
    error: float = 0.03, chance: float = 0.05,
) -> Evaluation:  # fmt: skip
    gains = [("prior", 0.05, prior_lower), ("logistic", logistic, -0.01)]
    if champion is not None:
        gains.append(("champion", champion, -0.1))
    return Evaluation(
        measures={"model": {"ece": error}},
        comparisons=tuple(Comparison(who, "log_loss", gain, low, 0.2) for who, gain, low in gains),
        reliability=(),
        chance_error=chance,
    )


@pytest.mark.parametrize(
    ("found", "problems", "champion", "failed"),
    [
        (evaluation(), [], None, []),
        (evaluation(prior_lower=0.0), [], None, ["beats_prior"]),
        (evaluation(logistic=0.0), [], None, ["beats_logistic"]),
        (evaluation(champion=0.0), [], "3", []),
        (evaluation(champion=-0.001), [], "3", ["not_worse_than_champion"]),
        (evaluation(error=0.09, chance=0.05), [], None, ["calibrated"]),
        (evaluation(error=0.09, chance=0.10), [], None, []),
        (evaluation(), ["input n_skills was double, is string"], "3", ["signature"]),
    ],
)
def test_each_question_decides(
    found: Evaluation, problems: list[str], champion: str | None, failed: list[str],
    settings: Settings,
) -> None:  # fmt: skip
    rows = decide(load_rule(settings, MODEL), found, AUDIT, problems, champion)
    assert failures(rows) == failed
    assert passes(rows) is (not failed)


def test_undefined_figures_never_pass(settings: Settings) -> None:
    nothing = Evaluation({"model": {"ece": float("nan")}}, (), (), 0.05)
    rows = decide(load_rule(settings, MODEL), nothing, AUDIT, [], None)
    assert failures(rows) == ["beats_prior", "beats_logistic", "calibrated"]


def test_adverse_impact_is_reported_and_does_not_decide() -> None:
    row = GateRow("adverse_impact", False, 0.5, 0.8, "review", is_blocking=False)
    assert passes([row])
    assert failures([row]) == []


def candidate(version: str, *, passed: bool = True, compared: str | None = None) -> Candidate:
    gate = (GateRow("beats_prior", passed, 0.1, 0.0, ""),)
    return Candidate(MODEL, version, "d", "c", "v1", compared, gate, "ok", {"test.auc": 0.7})


def test_the_champion_moves_only_from_whom_the_candidate_was_compared_with(
    settings: Settings,
) -> None:
    now = settings.clock.now()
    assert promotion.record_decision(settings, candidate("1"), now)
    with pytest.raises(ModelError, match="changed the champion meanwhile"):
        promotion.record_decision(settings, candidate("2"), now)
    assert promotion.record_decision(settings, candidate("2", compared="1"), now)
    assert promotion.aliases(settings, MODEL) == {"champion": "2", "previous": "1"}
    assert [d.model_version for d in promotion.decisions(settings, MODEL)] == ["2", "1"]


def test_a_version_number_used_anew_is_not_taken_for_the_old_version(settings: Settings) -> None:
    now = settings.clock.now()
    promotion.record_decision(settings, candidate("1"), now)
    with pytest.raises(ModelError, match="numbers its versions anew"):
        promotion.record_decision(settings, replace(candidate("1"), data_version="e"), now)


def test_deciding_twice_about_a_version_changes_nothing(settings: Settings) -> None:
    now = settings.clock.now()
    promotion.record_decision(settings, candidate("1"), now)
    promotion.record_decision(settings, candidate("2", compared="1"), now)
    assert promotion.record_decision(settings, candidate("1"), now)
    assert not promotion.record_decision(
        settings, replace(candidate("3"), gate=(GateRow("x", False, None, None, ""),)), now
    )
    assert promotion.aliases(settings, MODEL) == {
        "champion": "2", "previous": "1", "challenger": "3",
    }  # fmt: skip
    assert len(promotion.decisions(settings, MODEL)) == 3
