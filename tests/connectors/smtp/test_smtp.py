"""Mail over a real SMTP server on loopback: what arrives, and what is known when it does not."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from icalendar import Calendar
from pydantic import ValidationError

from connectors.base import WriteItem
from connectors.http import HttpAuthError
from connectors.smtp.notifier import SmtpNotifier
from connectors.smtp.options import SmtpOptions
from talentloop.errors import ConfigError
from talentloop.ops.incidents import open_incidents
from talentloop.settings import Settings

LINK = "https://tl.example.com/interviews/8f3a"
PERSON = {"name": "张三", "address": "zhang@mail.example.com"}
CARD = {
    "language": "zh", "title": "面试邀请：数据工程师", "paragraphs": ["张三，您好！<b>请注意</b>"],
    "lines": [{"label": "时间", "value": "2026-11-05 10:00"}], "link": LINK, "link_text": "打开面试",
}  # fmt: skip
EVENT = {
    "uid": "u1@talentloop", "sequence": 1, "starts_at": "2026-11-05T10:00:00+08:00",
    "ends_at": "2026-11-05T11:00:00+08:00", "time_zone": "Asia/Shanghai", "summary": "面试",
    "organizer": {"name": "招聘组", "address": "hiring@corp.example.com"}, "attendees": [PERSON],
}  # fmt: skip
INVITATION = {"to": PERSON, "card": CARD, "event": EVENT, "with_qr": True}


def send(
    settings: Settings, options: dict[str, Any], operation: str = "invitation", **payload: Any
) -> Any:
    item = WriteItem("0123456789abcdef", "interview-1", payload or INVITATION)
    with SmtpNotifier(settings, "mail", options) as notifier:
        return notifier.write(operation, [item])[0]


@pytest.mark.parametrize("tls", ["starttls", "implicit", "none"])
def test_an_invitation_arrives_with_text_page_qr_code_and_appointment(
    settings: Settings, server: Any, mailbox: Any, tls: str
) -> None:
    result = send(settings, server(tls))
    assert (result.state, result.remote_ref) == ("sent", "<0123456789abcdef@corp.example.com>")
    (mail,) = mailbox.mails
    assert mail["Subject"] == "面试邀请：数据工程师"
    assert mail["To"] == "张三 <zhang@mail.example.com>"
    assert mail["Message-ID"] == result.remote_ref
    assert mail["Date"].datetime == settings.now
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert "时间：2026-11-05 10:00" in parts["text/plain"].get_content()
    page = parts["text/html"].get_content()
    assert "&lt;b&gt;请注意&lt;/b&gt;" in page
    assert f'href="{LINK}"' in page
    assert 'src="cid:qr"' in page
    assert parts["image/png"]["Content-ID"] == "<qr>"
    assert parts["image/png"].get_content().startswith(b"\x89PNG")
    assert parts["text/calendar"]["Content-Type"].params["method"] == "REQUEST"
    for name in ("text/calendar", "application/ics"):
        content = parts[name].get_content()
        entry = Calendar.from_ical(content).events[0]
        assert (entry["uid"], entry["sequence"]) == ("u1@talentloop", 1)


def test_a_cancellation_asks_the_calendar_to_cancel(
    settings: Settings, server: Any, mailbox: Any
) -> None:
    send(settings, server(), **{**INVITATION, "event": {**EVENT, "cancelled": True}})
    part = next(p for p in mailbox.mails[0].walk() if p.get_content_type() == "text/calendar")
    assert part["Content-Type"].params["method"] == "CANCEL"
    assert Calendar.from_ical(part.get_content())["method"] == "CANCEL"


def test_a_card_goes_to_all_addresses_of_its_target(
    settings: Settings, server: Any, mailbox: Any
) -> None:
    options = server() | {"targets": {"ops": ["a@corp.example.com", "b@corp.example.com"]}}
    assert send(settings, options, "card", target="ops", card=CARD).state == "sent"
    assert mailbox.envelopes[0].rcpt_tos == ["a@corp.example.com", "b@corp.example.com"]
    assert send(settings, options, "card", target="others", card=CARD).state == "refused"
    assert send(settings, options, "event", **EVENT).state == "refused"
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"data": "451 4.7.1 greylisted"}, "retry"),
        ({"data": "554 5.7.1 content refused"}, "refused"),
        ({"rcpt": {"zhang@mail.example.com": "450 4.2.1 busy"}}, "retry"),
        ({"rcpt": {"zhang@mail.example.com": "550 5.1.1 unknown"}}, "refused"),
        ({"drop": "rcpt"}, "retry"),
        ({"drop": "data"}, "unknown"),
    ],
)
def test_what_became_of_a_mail_is_known_from_when_and_what_the_server_said(
    settings: Settings, server: Any, mailbox: Any, answers: dict[str, Any], state: str
) -> None:
    for name, value in answers.items():
        setattr(mailbox, name, value)
    result = send(settings, server())
    assert result.state == state
    assert "zhang" not in result.message
    assert len(mailbox.mails) == (1 if answers.get("drop") == "data" else 0)


def test_nobody_gets_it_twice_when_one_of_many_cannot_be_reached_now(
    settings: Settings, server: Any, mailbox: Any
) -> None:
    mailbox.rcpt = {"b@corp.example.com": "450 4.2.1 busy"}
    options = server() | {"targets": {"ops": ["a@corp.example.com", "b@corp.example.com"]}}
    assert send(settings, options, "card", target="ops", card=CARD).state == "retry"
    assert mailbox.mails == []


def test_those_who_are_not_known_are_told_of_and_the_others_get_it(
    settings: Settings, server: Any, mailbox: Any
) -> None:
    mailbox.rcpt = {"b@corp.example.com": "550 5.1.1 unknown"}
    options = server() | {"targets": {"ops": ["a@corp.example.com", "b@corp.example.com"]}}
    assert send(settings, options, "card", target="ops", card=CARD).state == "sent"
    (incident,) = open_incidents(settings)
    assert "1 of 2 recipients of ops" in incident.title
    assert "corp.example.com" not in incident.title + incident.detail


def test_a_server_that_is_not_there_is_tried_again(settings: Settings, server: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        options = server() | {"port": taken.getsockname()[1]}
        assert send(settings, options).state == "retry"


def test_no_mail_goes_to_a_server_that_cannot_prove_who_it_is(
    settings: Settings, server: Any, mailbox: Any
) -> None:
    for tls in ("starttls", "implicit"):
        options = server(tls)
        del options["ca_file"]
        with pytest.raises(HttpAuthError, match="certificate"):
            send(settings, options)
    plain = server("none") | {"tls": "starttls"}
    with pytest.raises(HttpAuthError, match="does not offer"):
        send(settings, plain)
    assert mailbox.mails == []


def test_the_account_is_used_and_a_wrong_password_stops_everything(
    settings: Settings, server: Any, mailbox: Any
) -> None:
    settings.secrets_dir.mkdir(parents=True)
    secret = settings.secrets_dir / "mail"
    secret.write_text("open sesame")
    options = server() | {"user": "hiring", "password": "file:mail"}
    assert send(settings, options).state == "sent"
    secret.write_text("guess")
    with pytest.raises(HttpAuthError, match="535"):
        send(settings, options)
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("evil", ["x\r\nBcc: thief@example.com", "x\nSubject: y", "x\x00y"])
def test_no_value_can_add_a_header(
    settings: Settings, server: Any, mailbox: Any, evil: str
) -> None:
    for payload in (
        {**INVITATION, "card": {**CARD, "title": evil}},
        {**INVITATION, "to": {**PERSON, "name": evil}},
        {**INVITATION, "to": {**PERSON, "address": f"a@b.example.com{evil}"}},
    ):
        result = send(settings, server("none"), **payload)
        assert result.state == "refused"
        assert "thief" not in result.message
    assert mailbox.mails == []


def test_names_with_quotes_commas_and_at_signs_stay_names(
    settings: Settings, server: Any, mailbox: Any
) -> None:
    name = 'Zhang, "San" <boss@corp.example.com>'
    assert (
        send(settings, server(), **{**INVITATION, "to": {**PERSON, "name": name}}).state == "sent"
    )
    (to,) = mailbox.mails[0]["To"].addresses
    assert (to.display_name, to.addr_spec) == (name, "zhang@mail.example.com")


def test_a_password_never_travels_in_the_clear() -> None:
    base = {"host": "mail.example.com", "sender": "a@example.com"}
    assert SmtpOptions.model_validate(base).used_port == 587
    with pytest.raises(ValidationError, match="in the clear"):
        SmtpOptions.model_validate({**base, "tls": "none"})
    with pytest.raises(ValidationError, match="go together"):
        SmtpOptions.model_validate({**base, "user": "x"})


def test_a_wrong_option_names_the_channel_and_the_option(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="option of the channel") as error:
        SmtpNotifier(settings, "mail", {"host": "h", "sender": "not an address"})
    assert error.value.where == "channel mail, field sender"
