"""### notify: tell people, through the configured channels

Every ten minutes where a channel is configured (`config/channels/`); on demand only where none is,
and then it does nothing. Queues a card for each incident that nobody was told of, and for each that
is over, and what a killed `talentloop schedule` left unsaid; sends whatever waits in the outbox for
a channel (cards, invitations, calendar entries); acts on the events that channels have posted to the
portal by pulling the source that is configured for their kind.

**When it fails.** Nothing is lost: what was not sent waits in the outbox, a channel that has trouble
does not keep the others back, and an event stays until its source was pulled. A refusal keeps the
vendor's words; an item whose answer was lost, where sending again would do harm, waits for a person
(`talentloop outbox`). `talentloop notify test CHANNEL` tries one channel.
"""

from __future__ import annotations

from airflow.sdk import dag, task
from common import EVERY_DAG, TAGS, permanent_errors_fail_at_once

from connectors.channels.channel import list_channels
from talentloop.settings import get_settings

EVERY_TEN_MINUTES = "*/10 * * * *"


@dag(
    schedule=EVERY_TEN_MINUTES if list_channels(get_settings()) else None,
    tags=[*TAGS, "notify"],
    doc_md=__doc__,
    **EVERY_DAG,
)
def notify() -> None:
    @task
    @permanent_errors_fail_at_once
    def incidents() -> int:
        from loop.notify import notify_incidents

        return notify_incidents(get_settings())

    @task
    @permanent_errors_fail_at_once
    def appointments() -> int:
        from loop.schedule import tell_waiting

        return tell_waiting(get_settings())

    @task
    @permanent_errors_fail_at_once
    def send() -> dict:
        from loop.notify import deliver_messages

        return deliver_messages(get_settings())

    @task
    @permanent_errors_fail_at_once
    def events() -> dict:
        from loop.notify import act_on_events
        from loop.steps import run_ingest

        return act_on_events(get_settings(), run_ingest)

    [incidents(), appointments()] >> send()
    events()


notify()
