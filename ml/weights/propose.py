"""Making a proposal: estimate, look at what it would do, store it with its evidence."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ml.arrays import Floats
from ml.weights.config import WeightRule, load_weight_rule
from ml.weights.data import Hired, Material, overall_scores, read_material
from ml.weights.effect import objections, on_groups, on_rankings
from ml.weights.estimate import Estimate, estimate
from talentloop.config import load_model
from talentloop.errors import ConfigError, ModelError
from talentloop.logs import get_logger
from talentloop.ops import proposals as store
from talentloop.settings import Settings
from talentloop.warehouse.portraits import WEIGHTS, Portrait, checked_weights, load_portraits
from talentloop.warehouse.rules import HighPotential, load_validity

log = get_logger(__name__)

RANGE_RESTRICTION = (
    "none: slopes on the scores are not biased by selection on them; r_now and r_proposed are raw, "
    "corrected_* (Thorndike case II on the weighted score) stand beside them"
)


@dataclass(frozen=True)
class Outcome:
    """What came of it. `proposal_id` is None where the weights should stay as they are."""

    proposal_id: int | None
    change: dict[str, Any]
    evidence: dict[str, Any]


def propose(settings: Settings, portrait: str) -> Outcome:
    """Propose new weights for a portrait from the ratings of those hired; changes nothing.

    Raises:
        ConfigError: there is no such portrait.
        ModelError: fewer hires have a rating than may change weights.
        PublishError: nothing has been published.
    """
    rule, known = load_weight_rule(settings), load_portraits(settings)
    if portrait not in known:
        raise ConfigError(
            f"There is no portrait {portrait!r}",
            where=str(settings.config / "portraits"),
            remedy=f"Known portraits: {', '.join(known)}.",
        )
    material = read_material(settings, known, portrait, rule.months)
    _require_enough(settings, material.hired, portrait)
    current = known[portrait]
    now = np.array([current.newest.weights[d] for d in material.dimensions])
    found = estimate(
        material.hired, now, max_step=rule.max_step, resamples=rule.resamples, seed=rule.seed
    )
    change = _change(current, material, found)
    evidence = _evidence(settings, rule, current, material, found, now)
    if np.allclose(found.proposed, now, atol=1e-9):
        return Outcome(None, change, evidence)
    return Outcome(_stored(settings, portrait, change, evidence), change, evidence)


def _require_enough(settings: Settings, hired: Hired, portrait: str) -> None:
    least = load_validity(settings).min_n_weights
    if len(hired) < least:
        raise ModelError(
            f"{len(hired)} hires have a rating and a score on every dimension; weights may change "
            f"from {least} on",
            where=f"portrait {portrait}",
            remedy="Wait until more of the hired have been rated.",
        )


def _change(current: Portrait, material: Material, found: Estimate) -> dict[str, Any]:
    names = {v.version for v in current.versions}
    number = len(names) + 1
    while str(number) in names:
        number += 1
    weights = dict(zip(material.dimensions, found.proposed.tolist(), strict=True))
    return {
        "version": str(number),
        "replaces": current.newest.version,
        "weights": checked_weights({name: round(w, 10) for name, w in weights.items()}),
    }


def _evidence(
    settings: Settings,
    rule: WeightRule,
    current: Portrait,
    material: Material,
    found: Estimate,
    now: Floats,
) -> dict[str, Any]:
    people, least = material.applicants, current.min_dimensions
    before = overall_scores(people.scores, now, least)
    after = overall_scores(people.scores, found.proposed, least)
    tag = load_model(settings.config / "rules" / "high_potential.yml", HighPotential)
    groups = on_groups(settings, rule, people, before, after)
    against = objections(groups, rule.max_ratio_drop)
    helps = found.gain[1] > 0
    return {
        "advice": "change" if helps and not against else "hold",
        "against": against if helps else ["gain not beyond chance", *against],
        "n": len(material.hired),
        "n_incomplete": material.hired.n_incomplete,
        "months": rule.months,
        "dimensions": _dimension_rows(material, found, now),
        "kept": round(found.kept, 6),
        "r_now": round(found.r_now, 6),
        "r_proposed": round(found.r_proposed, 6),
        "corrected_r_now": _corrected(found.r_now, material, now),
        "corrected_r_proposed": _corrected(found.r_proposed, material, found.proposed),
        "range_restriction": RANGE_RESTRICTION,
        "gain": [round(value, 6) for value in found.gain],
        "full_r2_gain": [round(value, 6) for value in found.full_r2_gain],
        "full_r2_gain_adjusted": round(found.full_r2_gain_adjusted, 6),
        "rankings": on_rankings(before, after, rule.top_k, tag.min_score_0_100),
        "groups": groups,
        "data_version": material.data_version,
        "published_version": material.published_version,
        "config_version": rule.config_version,
    }


def _dimension_rows(material: Material, found: Estimate, now: Floats) -> list[dict[str, Any]]:
    half = 1.959963984540 / math.sqrt(len(material.hired) - 3)
    return [
        {
            "dimension": name,
            "now": float(now[place]),
            "unshrunk": round(float(found.unshrunk[place]), 6),
            "proposed": round(float(found.proposed[place]), 10),
            "lower": round(float(found.lower[place]), 6),
            "upper": round(float(found.upper[place]), 6),
            "r": round(float(found.r[place]), 6),
            "r_lower": round(math.tanh(math.atanh(found.r[place]) - half), 6),
            "r_upper": round(math.tanh(math.atanh(found.r[place]) + half), 6),
        }
        for place, name in enumerate(material.dimensions)
    ]


def _corrected(r: float, material: Material, weights: Floats) -> float | None:
    """Thorndike case II on the weighted score; None where it does not vary."""
    people = material.applicants
    total = pd.Series(people.scores @ weights)  # missing where a dimension is
    within = total - total.groupby(people.rows["job_family_code"]).transform("mean")
    everyone, hired = float(within.std()), float((material.hired.scores @ weights).std())
    if everyone == 0 or hired == 0:
        return None
    u = everyone / hired
    return round(r * u / math.sqrt(1 + r**2 * (u**2 - 1)), 6)


def _stored(
    settings: Settings, portrait: str, change: dict[str, Any], evidence: dict[str, Any]
) -> int:
    """The proposal's id; the same change from the same data is neither logged nor stored twice."""
    for row in store.proposals(settings, WEIGHTS, state="pending"):
        same = row.subject == portrait and row.change == change
        if same and row.evidence["data_version"] == evidence["data_version"]:
            return row.id
    run = _logged(settings, portrait, change, evidence)
    proposal = store.propose(settings, WEIGHTS, portrait, change, {**evidence, "mlflow_run": run})
    log.info("weights_proposed", portrait=portrait, proposal=proposal, advice=evidence["advice"])
    return proposal


def _logged(
    settings: Settings, portrait: str, change: dict[str, Any], evidence: dict[str, Any]
) -> str:
    from ml.registry import Registry

    figures = ("n", "kept", "r_now", "r_proposed", "full_r2_gain_adjusted")
    weights = {f"weight.{name}": weight for name, weight in change["weights"].items()}
    return Registry(settings).log_evidence(
        f"weights_{portrait}",
        f"version {change['version']}",
        params={"portrait": portrait, "replaces": change["replaces"], "months": evidence["months"]},
        metrics={**{name: evidence[name] for name in figures}, **weights,
                 "gain": evidence["gain"][0], "gain_lower": evidence["gain"][1]},
        texts={"evidence.json": json.dumps(evidence, ensure_ascii=False, indent=2)},
        tags={"data_version": evidence["data_version"], "advice": evidence["advice"]},
    )  # fmt: skip
