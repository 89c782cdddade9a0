"""### monitor_speech: count how often speech recognition errs on what people corrected

Every night. The machine's transcripts are compared with their corrections: word error rate (of
characters in Chinese and Japanese) by language, and by the groups of `config/impact.yml`, whose
members are read from the restricted copy for this comparison alone. The rates are kept and shown
on the data-quality page, groups of few people left out. A rate above the model's limit, or a group
that is heard much worse than the others (`config/speech/monitor.yml`), opens an incident.

**When it fails.** Nothing else waits for it. A damaged correction or a rule that does not fit is
named with its file; the restricted copy needs its key. Clear the task to run it again: it takes the
place of what it kept that day. What to do about an incident: `docs/speech.md`.
"""

from __future__ import annotations

from airflow.sdk import dag, task
from common import EVERY_DAG, TAGS, permanent_errors_fail_at_once

from talentloop.settings import get_settings


@dag(
    schedule="0 4 * * *",
    tags=[*TAGS, "interviews"],
    doc_md=__doc__,
    **EVERY_DAG,
)
def monitor_speech() -> None:
    @task
    @permanent_errors_fail_at_once
    def measure() -> dict:
        from loop.speech import run_speech_monitor

        return run_speech_monitor(get_settings())

    measure()


monitor_speech()
