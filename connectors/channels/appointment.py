"""An interview's appointment as outside systems know it, and how far those who are told have been."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, func, select

from connectors.outbox.rows import SUPERSEDED
from talentloop.ids import keyed_hash
from talentloop.ops import session
from talentloop.ops.models import OutboxRow
from talentloop.settings import Settings


def appointment_uid(settings: Settings, key: str) -> str:
    """The UID of an interview's appointment, the same through all its versions.

    What is sent about it bears this name in the outbox, followed by what tells recipients apart.
    """
    return f"interview-{keyed_hash(settings, key)}@talentloop"


def messages_of(settings: Settings, keys: Collection[str]) -> dict[str, dict[str, int]]:
    """The newest message to each recipient, counted by its state in the outbox.

    Args:
        keys: ids of interviews.

    Returns:
        State → messages, by interview; empty where nobody was told through a channel.
    """
    uids = {appointment_uid(settings, key): key for key in keys}
    found: dict[str, dict[str, int]] = {key: {} for key in keys}
    if not uids:
        return found
    uid: ColumnElement[str] = func.substr(OutboxRow.entity_key, 1, len(next(iter(uids))))
    newest = (
        select(func.max(OutboxRow.id))
        .where(uid.in_(uids), OutboxRow.state != SUPERSEDED)
        .group_by(OutboxRow.destination, OutboxRow.operation, OutboxRow.entity_key)
    )
    query = (
        select(uid, OutboxRow.state, func.count())
        .where(OutboxRow.id.in_(newest))
        .group_by(uid, OutboxRow.state)
    )
    with session(settings) as db:
        for name, state, n in db.execute(query).tuples():
            found[uids[name]][state] = n
    return found
