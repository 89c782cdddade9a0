"""### train_models: train each model when its data changed, and promote what earned it

Runs after each publication. A model is trained only when its matured, trainable rows differ from
those of its last training; otherwise its task says so and ends. A new version becomes `champion` only
when it beats the baselines and the present champion on later data; the decision and its reasons
are kept and shown on the data-quality page. Announces `models/<name>` for each
new champion.

**When it fails.** The champion in use stays. Features that broke an expectation are named in the
message; too few matured labels is not a failure but a skip with its reason. Clear the task to run
it again: the same data give the same model.
"""

from __future__ import annotations

from airflow.sdk import AssetAlias, dag, task
from common import EVERY_DAG, PUBLISHED, TAGS, announcement, champion, permanent_errors_fail_at_once

from loop import steps
from talentloop.settings import get_settings

MODELS = steps.model_names(get_settings())


@dag(
    schedule=[PUBLISHED],
    tags=[*TAGS, "models"],
    doc_md=__doc__,
    **EVERY_DAG,
)
def train_models() -> None:
    @task
    @permanent_errors_fail_at_once
    def train(name: str) -> dict:
        return {"name": name, **steps.run_train(get_settings(), name)}

    announce = announcement(AssetAlias("models/new"), {m: champion(m) for m in MODELS})
    announce(train.expand(name=MODELS))


train_models()
