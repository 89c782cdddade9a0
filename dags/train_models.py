"""### train_models: train each model when its data changed, and promote what earned it

Runs after each publication. A model is trained only when its matured, trainable rows differ from
those of its last training; otherwise its task is skipped. A new version becomes `champion` only
when it beats the baselines and the present champion on later data; the decision and its reasons
are kept and shown on the data-quality page. Announces `models/<name>`.

**When it fails.** The champion in use stays. Features that broke an expectation are named in the
message; too few matured labels is not a failure but a skip with its reason. Clear the task to run
it again: the same data give the same model.
"""

from __future__ import annotations

from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowSkipException
from common import DEFAULT_ARGS, PUBLISHED, START, TAGS, champion, permanent_errors_fail_at_once

from loop import steps
from talentloop.settings import get_settings


@dag(
    schedule=[PUBLISHED],
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=[*TAGS, "models"],
    doc_md=__doc__,
)
def train_models() -> None:
    for model in steps.model_names(get_settings()):

        @task(task_id=f"train_{model}", outlets=[champion(model)])
        @permanent_errors_fail_at_once
        def train(name: str) -> dict:
            counts = steps.run_train(get_settings(), name)
            if not counts["news"]:
                raise AirflowSkipException(f"{name}: {counts['reason'] or 'not promoted'}")
            return counts

        train(model)


train_models()
