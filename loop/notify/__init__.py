"""Telling people: what is said to whom, queued in the outbox so that it is said once.

Nothing here sends: `deliver_messages` does, later, whatever was queued. Where no channel is
configured nothing is queued and nothing is sent.
"""

from __future__ import annotations

from loop.notify.appointments import Meeting, Told, cancel, invite, reschedule
from loop.notify.cards import notify_incidents, notify_monthly, notify_result, preview, send_test
from loop.notify.delivery import act_on_events, deliver_messages

__all__ = [
    "Meeting", "Told", "act_on_events", "cancel", "deliver_messages", "invite",
    "notify_incidents", "notify_monthly", "notify_result", "preview", "reschedule", "send_test",
]  # fmt: skip
