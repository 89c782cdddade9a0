"""What all notifiers share: a sink of the outbox that sends one message at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pydantic import ValidationError
from sqlalchemy import select

from connectors.base import WriteItem, WriteResult
from connectors.channels.messages import CalendarEvent, Card, Invitation
from connectors.http import HttpError
from connectors.outcomes import result_of
from talentloop.closing import Closing
from talentloop.errors import TalentLoopError
from talentloop.ops import session
from talentloop.ops.incidents import open_incident
from talentloop.ops.models import OutboxRow
from talentloop.settings import Settings
from talentloop.strict import Strict

#: Operations of every channel's destination; which of them it can do, its class says.
OPERATIONS = ("card", "invitation", "event")


class CardItem(Strict):
    """The payload of the operation `card`.

    Attributes:
        target: a target of the channel's file: a group, or a list of people.
    """

    target: str
    card: Card


class MessageRefusedError(TalentLoopError):
    """The system, or we ourselves, will never send this message as it is."""


class Notifier(Closing):
    """A BlindSink over `send_card`, `send_invitation` and `put_event`.

    Nothing that was said can be read back. Where sending again after a lost answer does harm
    (`harmless` leaves the operation out), a person decides.
    """

    batch_size = 1
    can_read_back = False
    #: Operations that the vendor itself recognises when they come twice.
    harmless: frozenset[str] = frozenset()

    def __init__(self, settings: Settings, name: str) -> None:
        self.name = name
        self.settings = settings

    def close(self) -> None:
        """Close the connections."""

    def repeat_is_harmless(self, operation: str) -> bool:
        """Whether an item whose answer was lost may be sent again."""
        return operation in self.harmless

    def send_card(self, _key: str, _target: str, _card: Card, _ref: str, /) -> str:
        """Send a card to a target, under an idempotency key; returns the vendor's name of it.

        The last argument is the vendor's name of an earlier card about the same thing, which is
        changed where the vendor can do that; empty where there is none.

        Raises:
            MessageRefusedError: it will never be taken.
            HttpError: it was not, or perhaps not, taken.
        """
        raise self.cannot("send cards")

    def send_invitation(self, _key: str, _invitation: Invitation, /) -> str:
        """Write to a person; see `send_card`."""
        raise self.cannot("write to people outside the tenant")

    def put_event(self, _key: str, _event: CalendarEvent, _ref: str, /) -> str:
        """Make, change or cancel an appointment; see `send_card`.

        The last argument is the vendor's name of it; empty where none was made yet.
        """
        raise self.cannot("keep a calendar")

    def cannot(self, what: str) -> MessageRefusedError:
        """The error for something that this kind of channel does not do."""
        return MessageRefusedError(
            f"This channel cannot {what}", where=f"channel {self.name}",
            remedy="Use a channel of another connector.",
        )  # fmt: skip

    def no_target(self, target: str) -> MessageRefusedError:
        """The error for a card to a target that the channel does not have."""
        return MessageRefusedError(
            f"The channel has no target {target!r}", where=f"channel {self.name}",
            remedy="Name it under targets of its file.",
        )  # fmt: skip

    def nobody_here(self) -> MessageRefusedError:
        """The error for an appointment of people none of whom is known in this channel."""
        return MessageRefusedError(
            "None of those invited has a user id in this channel", where=f"channel {self.name}",
            remedy="Give the interviewers' user ids.",
        )  # fmt: skip

    def write(self, operation: str, items: Sequence[WriteItem]) -> list[WriteResult]:
        """Send a batch; one result per item, in order.

        Raises:
            HttpAuthError: our credentials are refused; nothing was sent.
            DeliveryError: the quota is used up; nothing was sent.
        """
        return [self._one(operation, item) for item in items]

    def _one(self, operation: str, item: WriteItem) -> WriteResult:
        key = item.idempotency_key
        try:
            return WriteResult(key, "sent", remote_ref=self._send(operation, item))
        except ValidationError as error:
            field = ".".join(str(part) for part in error.errors()[0]["loc"])
            return WriteResult(key, "refused", message=f"Not sent: {field} does not fit")
        except MessageRefusedError as error:
            return WriteResult(key, "refused", message=error.what)
        except HttpError as error:
            return result_of(item, error)

    def _send(self, operation: str, item: WriteItem) -> str:
        payload, key = item.payload, item.idempotency_key
        if operation == "card":
            said = CardItem.model_validate(payload)
            return self.send_card(key, said.target, said.card, self._known_ref(operation, item))
        if operation == "invitation":
            return self.send_invitation(key, Invitation.model_validate(payload))
        if operation == "event":
            event = CalendarEvent.model_validate(payload)
            return self.put_event(key, event, self._known_ref(operation, item))
        raise self.cannot(f"do {operation}")

    def _known_ref(self, operation: str, item: WriteItem) -> str:
        """The vendor's name of an earlier message about the same thing; empty where there is none.

        Raises:
            MessageRefusedError: nobody knows whether the appointment was made.
        """
        rows = select(OutboxRow).where(
            OutboxRow.destination == self.name,
            OutboxRow.operation == operation,
            OutboxRow.entity_key == item.entity_key,
            OutboxRow.idem_key != item.idempotency_key,
        )
        with session(self.settings) as db:
            earlier = db.scalars(rows.order_by(OutboxRow.id)).all()
        known = [row.remote_ref for row in earlier if row.remote_ref]
        if known:
            return known[-1]
        if operation == "event" and any(row.reason_code == "fate_unknown" for row in earlier):
            raise MessageRefusedError(
                "An earlier version of the appointment may stand in the calendar: nobody knows",
                where=f"channel {self.name}",
                remedy="Look there: delete it if it stands, then replay the earlier item.",
            )
        return ""

    def note_refused(self, target: str, refused: int, asked: int) -> None:
        """Tell that a message reached some of those it was for, and not all.

        Raises:
            MessageRefusedError: it reached nobody.
        """
        if not refused:
            return
        what = f"{refused} of {asked} recipients of {target} are not known there"
        remedy = f"Correct the target {target} in the channel's file."
        if refused >= asked:
            raise MessageRefusedError(what, where=f"channel {self.name}", remedy=remedy)
        open_incident(
            self.settings, kind="recipients_refused", where=f"channel {self.name}, {target}",
            title=what, detail="The others got the message.", remedy=remedy,
        )  # fmt: skip


@contextmanager
def harmless_to_repeat() -> Iterator[None]:
    """Around a call that the vendor recognises when it comes twice: a lost answer is no question."""
    try:
        yield
    except HttpError as error:
        error.maybe_applied = False
        raise
