"""Sending mail, and knowing what became of it."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from connectors.channels.messages import Card, Invitation, Participant
from connectors.channels.sink import Notifier
from connectors.http import HttpAuthError, HttpError, RetryClass, shared_limiter
from connectors.http.secrets import secret
from connectors.options import checked_options
from connectors.smtp.compose import compose
from connectors.smtp.options import SmtpOptions
from talentloop.errors import ConfigError
from talentloop.settings import Settings

_REMEDY = "Check host, port and tls of the channel, and the server's own log."


class SmtpNotifier(Notifier):
    """A Notifier over SMTP. Each mail is a connection of its own.

    Args:
        options: the server; a mapping is read as SmtpOptions.

    Raises:
        ConfigError: the options do not fit.
    """

    def __init__(
        self, settings: Settings, name: str, options: SmtpOptions | Mapping[str, Any]
    ) -> None:
        super().__init__(settings, name)
        self.options = checked_options(name, options, SmtpOptions, "smtp", "channel")
        self._limiter = shared_limiter(settings, name, self.options.limit)
        if self.options.repeat_after_lost_answer:
            self.harmless = frozenset({"card", "invitation"})

    def send_card(self, key: str, target: str, card: Card, _ref: str) -> str:
        """Mail a card to the addresses of a target; returns the Message-ID."""
        addresses = self.options.targets.get(target)
        if not addresses:
            raise self.no_target(target)
        to = [Participant.model_validate({"name": "", "address": each}) for each in addresses]
        return self._mail(compose(self.options, key, to, card, self._now), addresses, target)

    def send_invitation(self, key: str, invitation: Invitation) -> str:
        """Mail an invitation; returns the Message-ID."""
        mail = compose(
            self.options, key, [invitation.to], invitation.card, self._now,
            event=invitation.event, with_qr=invitation.with_qr,
        )  # fmt: skip
        return self._mail(mail, [str(invitation.to.address)], "the invitation")

    @property
    def _now(self) -> datetime:
        return self.settings.clock.now()

    def _mail(self, mail: EmailMessage, to: Sequence[str], target: str) -> str:
        where = f"channel {self.name}"
        self._limiter.wait(self.options.limit.seconds, where)
        with self._connected(where) as server:
            refused = self._envelope(server, to, where)
            _content(server, mail.as_bytes(), where)
        self.note_refused(target, refused, len(to))
        return str(mail["Message-ID"])

    @contextmanager
    def _connected(self, where: str) -> Iterator[smtplib.SMTP]:
        """A connection, encrypted and logged in; nothing was sent while it is made."""
        try:
            server = self._open()
        except (ssl.SSLCertVerificationError, smtplib.SMTPNotSupportedError) as error:
            raise _untrusted(error, where) from None
        except smtplib.SMTPResponseException as error:
            raise _answered(error.smtp_code, where, at_login=True) from None
        except (OSError, smtplib.SMTPException) as error:
            raise _silent(error, where, maybe_applied=False) from None
        try:
            yield server
            with suppress(OSError, smtplib.SMTPException):  # the mail is taken already
                server.quit()
        finally:
            server.close()

    def _open(self) -> smtplib.SMTP:
        options = self.options
        kind = smtplib.SMTP_SSL if options.tls == "implicit" else smtplib.SMTP
        trust: dict[str, Any] = {"context": _trust(options)} if options.tls != "none" else {}
        direct: dict[str, Any] = trust if options.tls == "implicit" else {}
        server = kind(
            options.host, options.used_port, local_hostname=options.domain,
            timeout=options.timeout_seconds, **direct,
        )  # fmt: skip
        try:
            if options.tls == "starttls":
                server.starttls(**trust)
            if options.user:
                server.login(options.user, secret(self.settings, options.password, "mail password"))
        except BaseException:
            server.close()
            raise
        return server

    def _envelope(self, server: smtplib.SMTP, to: Sequence[str], where: str) -> int:
        """Name sender and recipients; how many of them the server does not know."""
        try:
            server.ehlo_or_helo_if_needed()
            code, _ = server.mail(self.options.sender)
            if code != 250:
                raise _answered(code, where)
            answers = [server.rcpt(address)[0] for address in to]
        except (OSError, smtplib.SMTPException) as error:
            raise _silent(error, where, maybe_applied=False) from None
        busy = [code for code in answers if 400 <= code < 500]
        if busy:  # all or nothing: else those who can be reached now would get it twice
            raise _answered(busy[0], where)
        refused = [code for code in answers if code not in (250, 251)]
        if len(refused) == len(answers):
            raise _answered(refused[0], where)
        return len(refused)


def _content(server: smtplib.SMTP, content: bytes, where: str) -> None:
    """Hand over the mail. Once it is under way, only the server's answer tells what became of it."""
    try:
        code, _ = server.data(content)
    except smtplib.SMTPDataError as error:  # refused before a word of it was sent
        raise _answered(error.smtp_code, where) from None
    except (OSError, smtplib.SMTPException) as error:
        raise _silent(error, where, maybe_applied=True) from None
    if code != 250:
        raise _answered(code, where)


def _trust(options: SmtpOptions) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=options.ca_file)
    except (OSError, ssl.SSLError):
        raise ConfigError(
            "The certificates to trust cannot be read",
            where=f"{options.ca_file}, field ca_file of the channel",
            remedy="Name a PEM file, or leave it out to trust the system's.",
        ) from None


def _answered(code: int, where: str, *, at_login: bool = False) -> HttpError:
    """The error for a reply code: 4xx passes by itself, 5xx does not. Its words may name people."""
    passes = 400 <= code < 500
    what = f"The mail server {'cannot take mail now' if passes else 'refused'} ({code})"
    if at_login and not passes:
        error: HttpError = HttpAuthError(what, where=where, remedy="Check user and password.")
        return error.classed(RetryClass.AUTH, status=code)
    kind = RetryClass.TRANSIENT if passes else RetryClass.PERMANENT
    return HttpError(what, where=where, remedy=_REMEDY).classed(kind, status=code)


def _untrusted(error: Exception, where: str) -> HttpError:
    secure = isinstance(error, ssl.SSLCertVerificationError)
    what = (
        "is not who it should be (certificate)" if secure else "does not offer what is configured"
    )
    return HttpAuthError(f"The mail server {what}", where=where, remedy=_REMEDY).classed(
        RetryClass.AUTH
    )


def _silent(error: Exception, where: str, *, maybe_applied: bool) -> HttpError:
    return HttpError(
        f"The mail server did not answer ({type(error).__name__})", where=where, remedy=_REMEDY
    ).classed(RetryClass.TRANSIENT, maybe_applied=maybe_applied)
