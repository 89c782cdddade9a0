"""### evaluate_interviews: from a finished interview to evidence, a report and a result

Runs when the asset `interviews/ended` is announced, by `ingest_interviews` or over Airflow's interface by
whoever learns of an end. Each answer is evaluated in a task of its own: recordings in the queue
`transcribe`, code in the queue `judge`. An interview whose answers are all done is reported to the
candidate, landed, and handed to the outbox at once; the warehouse catches up. Where a channel has
`reports`, the candidate is told by mail, unless an answer waits for a person.

**When it fails.** Clear the task, or wait for the next run: an answer that is done is never evaluated
again, and a killed task's answer is taken over. What cannot be evaluated goes to a person. A run that
is not through within the minutes of `config/interviews.yml` opens an incident, and so does a mail
that has not gone by then. `talentloop interview queue` shows what waits.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import (
    AssetAlias,
    DeadlineAlert,
    DeadlineReference,
    SyncCallback,
    TriggerRule,
    dag,
    task,
)
from common import (
    EVERY_DAG,
    INTERVIEWS_ENDED,
    LANDING,
    TAGS,
    announcement,
    permanent_errors_fail_at_once,
)

from loop.interviews import settings_of_dag
from talentloop.settings import get_settings

SHAPE = settings_of_dag(get_settings())


@dag(
    schedule=[INTERVIEWS_ENDED],
    deadline=DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(minutes=SHAPE.report_minutes),
        callback=SyncCallback("loop.interviews.late.report_is_late"),
    ),
    tags=[*TAGS, "interviews"],
    doc_md=__doc__,
    **EVERY_DAG,
)
def evaluate_interviews() -> None:
    @task(trigger_rule=TriggerRule.ALL_DONE)
    @permanent_errors_fail_at_once
    def waiting(kind: str) -> list[dict]:
        from loop.interviews import steps

        return steps.waiting(get_settings(), kind)

    @permanent_errors_fail_at_once
    def evaluate(interview_key: str, answer_id: str) -> bool:
        from loop.interviews.steps import run_evaluate

        return run_evaluate(get_settings(), interview_key, answer_id)

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def finished() -> list[str]:
        from loop.interviews import steps

        return steps.finished(get_settings())

    @task
    @permanent_errors_fail_at_once
    def finish(interview_key: str) -> dict:
        from loop.interviews.steps import run_finish

        return run_finish(get_settings(), interview_key)

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def landed() -> list[dict]:
        from loop.interviews.steps import unannounced

        return unannounced(get_settings())

    @task(trigger_rule=TriggerRule.ALL_DONE)
    @permanent_errors_fail_at_once
    def send() -> dict:
        from loop.interviews.steps import run_send

        return run_send(get_settings())

    transcribe = task(task_id="transcribe", queue="transcribe", max_active_tis_per_dagrun=2)(
        evaluate
    )
    judge = task(task_id="judge", queue="judge", max_active_tis_per_dagrun=2)(evaluate)
    audio = waiting.override(task_id="recordings")("audio")
    code = waiting.override(task_id="programs")("code")
    ready, news = finished(), landed()
    [transcribe.expand_kwargs(audio), judge.expand_kwargs(code)] >> ready
    done = finish.expand(interview_key=ready)
    done >> send()
    done >> news
    announcement(AssetAlias("landed/interviews"), LANDING)(news)


evaluate_interviews()
