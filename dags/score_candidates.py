"""### score_candidates: ask the champions, and land what they advise

Runs after each publication and each promotion. Scores the applications in progress with each
model's `champion` and lands the predictions that are new or changed; they are checked, built and
written back like any other data. Announces `predictions/<model>`; skipped when nothing changed.

**When it fails.** Yesterday's advice stays as it was. No champion yet is a skip. A message about
features names the broken expectation. Clear the task to run it again: the same features and model
give the same advice, and land nothing twice.
"""

from __future__ import annotations

from airflow.sdk import AssetAlias, AssetAny, dag, task
from common import (
    EVERY_DAG,
    PUBLISHED,
    TAGS,
    announcement,
    champion,
    permanent_errors_fail_at_once,
    predictions,
)

from loop import steps
from talentloop.settings import get_settings

MODELS = steps.model_names(get_settings())


@dag(
    schedule=AssetAny(PUBLISHED, *(champion(model) for model in MODELS)),
    tags=[*TAGS, "models"],
    doc_md=__doc__,
    **EVERY_DAG,
)
def score_candidates() -> None:
    @task
    @permanent_errors_fail_at_once
    def score(name: str) -> dict:
        return {"name": name, **steps.run_score(get_settings(), name)}

    announce = announcement(AssetAlias("predictions/new"), {m: predictions(m) for m in MODELS})
    announce(score.expand(name=MODELS))


score_candidates()
