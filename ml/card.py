"""The model card: what a version is, how well it does, for whom, and what it is not for."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from ml.gate import decision_text
from ml.metrics import MEASURES
from ml.names import CHAMPION
from ml.trial import Trial


def render(trial: Trial, trained_at: datetime) -> str:
    """The card as Markdown, under the headings of Mitchell et al., Model Cards (2019)."""
    environment = Environment(
        loader=PackageLoader("ml", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        autoescape=False,  # noqa: S701 - Markdown, from our own figures and configuration
    )
    environment.filters["lower_first"] = lambda text: text[:1].lower() + text[1:]
    work = trial.work
    return environment.get_template("model_card.md.j2").render(
        rule=work.rule,
        split=work.split,
        table=work.table,
        data_version=work.data_version,
        evaluation=trial.evaluation,
        audit=trial.audit,
        gate=trial.gate,
        drift=trial.drift,
        champion=trial.champion if CHAMPION in trial.evaluation.measures else None,
        rounds=trial.fitted.rounds,
        interval_scale=trial.fitted.model.facts.interval_scale,
        base_rate=trial.fitted.model.facts.base_rate,
        as_of=_minute(work.table.as_of),
        trained_at=_minute(trained_at),
        test_from=f"{work.split.test_from:%Y-%m-%d}",
        decision=decision_text(trial.gate),
        measures=list(MEASURES),
        figure=figure,
    )


def figure(value: float | None) -> str:
    """Three decimals; a dash for what is undefined or not shown."""
    return "–" if value is None or not np.isfinite(value) else f"{value:.3f}"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
