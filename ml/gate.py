"""The promotion gate: one row per question, and a version passes only when every row does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ml.config import ModelRule
from ml.names import CHAMPION, LOGISTIC, MODEL, PRIOR

if TYPE_CHECKING:  # status pages read gate rows and must not wait for scikit-learn
    from ml.audit import Audit
    from ml.evaluate import Evaluation


@dataclass(frozen=True)
class GateRow:
    """One question of the gate, in words a person can check.

    Attributes:
        is_blocking: False for what is reported to people but does not decide.
        threshold: what `value` was held against; None where it is not one number.
    """

    name: str
    passed: bool
    value: float | None
    threshold: float | None
    detail: str
    is_blocking: bool = True


def passes(rows: Sequence[GateRow]) -> bool:
    """Whether every blocking row passed."""
    return all(row.passed for row in rows if row.is_blocking)


def failures(rows: Sequence[GateRow]) -> list[str]:
    """Names of the blocking rows that did not pass."""
    return [row.name for row in rows if row.is_blocking and not row.passed]


def decision_text(gate: Sequence[GateRow]) -> str:
    """The gate's answer in one phrase."""
    if passes(gate):
        return "passed the gate"
    return "refused: " + ", ".join(failures(gate))


def decide(
    rule: ModelRule,
    evaluation: Evaluation,
    audit: Audit,
    signature_problems: Sequence[str],
    champion: str | None,
) -> list[GateRow]:
    """Answer every question.

    Args:
        signature_problems: what a reader of the present champion would trip over.
        champion: version of the present champion, or None.
    """
    return [
        _beats_prior(rule, evaluation),
        _beats_logistic(evaluation),
        _keeps_up(evaluation, champion),
        _calibrated(rule, evaluation),
        _compatible(signature_problems),
        _adverse_impact(audit),
    ]


def enough_labels(rule: ModelRule, shortages: Sequence[str]) -> GateRow:
    """Whether there are rows and cases enough to train and to judge."""
    least = rule.minimum
    detail = "; ".join(shortages) or (
        f"at least {least.train_rows} training and {least.test_rows} test rows, "
        f"{least.train_cases} and {least.test_cases} of the rarer outcome"
    )
    return GateRow("enough_labels", not shortages, None, None, detail)


def _beats_prior(rule: ModelRule, evaluation: Evaluation) -> GateRow:
    found = evaluation.comparison(PRIOR, "log_loss")
    lower = found.lower if found else float("nan")
    detail = f"log-loss gain over the prior, lower end of its {rule.gate.confidence:.0%} interval"
    return GateRow("beats_prior", lower > 0, lower, 0.0, detail)


def _beats_logistic(evaluation: Evaluation) -> GateRow:
    found = evaluation.comparison(LOGISTIC, "log_loss")
    gain = found.difference if found else float("nan")
    return GateRow("beats_logistic", gain > 0, gain, 0.0, "log-loss gain over the logistic")


def _keeps_up(evaluation: Evaluation, champion: str | None) -> GateRow:
    name = "not_worse_than_champion"
    found = evaluation.comparison(CHAMPION, "log_loss")
    if champion is None:
        return GateRow(name, True, None, 0.0, "there is no champion to compare with")
    if found is None:
        detail = f"champion version {champion} is lost or lacks its inputs: not comparable"
        return GateRow(name, True, None, 0.0, detail)
    detail = f"log-loss gain over champion version {champion} on the same test rows"
    return GateRow(name, found.difference >= 0, found.difference, 0.0, detail)


def _calibrated(rule: ModelRule, evaluation: Evaluation) -> GateRow:
    error = evaluation.measures[MODEL]["ece"]
    bound = max(rule.gate.max_calibration_error, evaluation.chance_error)
    detail = (
        f"expected calibration error; bound {rule.gate.max_calibration_error:.3f}, or what perfect "
        f"calibration would show by chance on these rows ({evaluation.chance_error:.3f})"
    )
    return GateRow("calibrated", error <= bound, error, bound, detail)


def _compatible(problems: Sequence[str]) -> GateRow:
    detail = "; ".join(problems) or "inputs and outputs fit the champion's readers"
    return GateRow("signature", not problems, None, None, detail)


def _adverse_impact(audit: Audit) -> GateRow:
    ratios = [
        (rate.impact_ratio, f"{a.attribute} {rate.group}")
        for a in audit.attributes
        for rate in a.rates
        if rate.flag in ("ok", "watch", "review") and rate.impact_ratio is not None
    ]
    lowest = min(ratios, default=(None, "no group large enough to judge"))
    proxies = f"; features give away {', '.join(audit.proxies)}" if audit.proxies else ""
    detail = f"{audit.flag}: lowest impact ratio, {lowest[1]}{proxies}. A person must look at it."
    ok = audit.flag == "ok" and not audit.proxies
    return GateRow("adverse_impact", ok, lowest[0], 0.8, detail, is_blocking=False)
