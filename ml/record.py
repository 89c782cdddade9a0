"""What a training leaves in MLflow: parameters, figures, artifacts, tags. Never a person."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

import yaml

from ml.card import render
from ml.gate import decision_text
from ml.registry import TrainingRecord
from ml.trial import Trial


def figures(trial: Trial) -> dict[str, float]:
    """The trial's figures by name: test measures, gains, sizes, audit and drift."""
    split, audit = trial.work.split, trial.audit
    ratios = [
        r.impact_ratio for a in audit.attributes for r in a.rates if r.impact_ratio is not None
    ]
    return {
        **trial.evaluation.flat(),
        "rows.fit": float(len(split.fit)),
        "rows.validation": float(len(split.validation)),
        "rows.test": float(len(split.test)),
        "rows.late_labels": float(split.n_late_labels),
        "rows.shared_people": float(split.n_shared_people),
        "rounds": float(trial.fitted.rounds),
        "base_rate": trial.fitted.model.facts.base_rate,
        **({"audit.lowest_impact_ratio": min(ratios)} if ratios else {}),
        **{f"psi.{name}": value for name, value in trial.drift.items()},
    }


def training_record(trial: Trial, trained_at: datetime) -> TrainingRecord:
    """Everything to log about a trial."""
    work = trial.work
    card = render(trial, trained_at)
    return TrainingRecord(
        model_name=work.rule.name,
        model=trial.fitted.model,
        params=_params(trial),
        metrics=figures(trial),
        texts={
            "model_card.md": card,
            "declaration.yml": _yaml(work.rule.model_dump(mode="json")),
            "features.json": _json([f.model_dump(mode="json") for f in work.rule.features]),
            "evaluation.json": _json(asdict(trial.evaluation)),
            "audit.json": _json(trial.audit.as_dict()),
            "gate.json": _json([asdict(row) for row in trial.gate]),
        },
        tags=_tags(trial),
        description=card,
        dataset_name=f"{work.rule.table} {work.table.published_version}",
        dataset_source={
            "published_version": work.table.published_version,
            "table": work.rule.table,
            "rows": str(len(work.rows)),
        },
    )


def _tags(trial: Trial) -> dict[str, str]:
    return {
        "data_version": trial.work.data_version,
        "config_version": trial.work.rule.config_version,
        "published_version": trial.work.table.published_version,
        "is_simulated": str(trial.work.table.is_simulated).lower(),
        "adverse_impact": trial.audit.flag,
        "gate": decision_text(trial.gate),
        "use": "advice only; a person decides",
    }


def _params(trial: Trial) -> dict[str, Any]:
    learning, split = trial.work.rule.learning, trial.work.split
    calibration = trial.fitted.model.facts.calibration
    return {
        **learning.xgboost.model_dump(),
        **learning.model_dump(exclude={"xgboost"}),
        "test_from": split.test_from.isoformat(),
        "calibration_slope": round(calibration.slope, 6),
        "interval_scale": round(trial.fitted.model.facts.interval_scale, 6),
        "calibration_offset": round(calibration.offset, 6),
        **{f"split.{k}": v for k, v in trial.work.rule.split.model_dump().items()},
    }


def _json(content: Any) -> str:
    """JSON with undefined figures as null."""
    return json.dumps(_defined(content), ensure_ascii=False, indent=1, sort_keys=True)


def _defined(content: Any) -> Any:
    if isinstance(content, dict):
        return {str(key): _defined(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_defined(value) for value in content]
    return None if isinstance(content, float) and content != content else content  # noqa: PLR0124


def _yaml(content: Any) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
