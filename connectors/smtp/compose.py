"""From a card or an invitation to a mail: text, HTML, calendar entry, QR code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from connectors.channels.calendar import calendar_file, method_of
from connectors.channels.messages import CalendarEvent, Card, Participant
from connectors.channels.qr import qr_png
from connectors.smtp.options import SmtpOptions

_POLICY = SMTP.clone(cte_type="7bit")  # whatever server is on the way takes it
_QR = "qr"


def compose(
    options: SmtpOptions,
    key: str,
    to: Sequence[Participant],
    card: Card,
    now: datetime,
    *,
    event: CalendarEvent | None = None,
    with_qr: bool = False,
) -> EmailMessage:
    """The mail.

    Args:
        key: idempotency key; the Message-ID is made of it, so that a repetition is known as one.
        to: whom it goes to; each has an address.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _mailbox(options.sender_name, options.sender)
    mail["To"] = [_mailbox(person.name, str(person.address)) for person in to]
    if options.reply_to:
        mail["Reply-To"] = _mailbox("", options.reply_to)
    mail["Subject"] = card.title
    mail["Date"] = now
    mail["Message-ID"] = f"<{key}@{options.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(card.plain)
    mail.add_alternative(_html(card, with_qr), subtype="html")
    if with_qr:
        html = cast("EmailMessage", list(mail.iter_parts())[-1])
        html.add_related(
            qr_png(card.link), "image", "png", cid=f"<{_QR}>", filename="qr.png",
            disposition="inline",
        )  # fmt: skip
    if event is not None:
        file = calendar_file(event, now)
        # In the text for programs that offer to accept it, and as a file for all others.
        mail.add_alternative(file.decode(), subtype="calendar", params={"method": method_of(event)})
        mail.add_attachment(file, "application", "ics", filename="invite.ics")
    # Last: the parts that are added take such fields along.
    mail["Content-Language"] = card.language
    return mail


def _mailbox(name: str, address: str) -> Mailbox:
    return Mailbox(display_name=name, addr_spec=address)


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined)


def _html(card: Card, with_qr: bool) -> str:
    return _environment().get_template("mail.html.j2").render(card=card, qr=_QR if with_qr else "")
