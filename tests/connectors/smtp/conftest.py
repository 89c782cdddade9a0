"""Mail servers on loopback that misbehave on request, and a certificate for them."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Mailbox:
    """What a server took, and what it answers instead."""

    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    rcpt: dict[str, str] = field(default_factory=dict)
    data: str = "250 taken"
    drop: str = ""  # close the connection at `rcpt`, or after taking the `data`

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.drop == "rcpt":
            server.transport.close()  # type: ignore[union-attr]
        if address in self.rcpt:
            return self.rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.data.startswith("250"):
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self.envelopes.append(envelope)
        if self.drop == "data":
            server.transport.close()  # type: ignore[union-attr]
        return self.data


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert, private


class _Server(Controller):
    """A controller that takes any free port."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


ServerFactory = Callable[..., dict[str, Any]]


@pytest.fixture
def server(mailbox: Mailbox, certificate: tuple[Path, Path]) -> Iterator[ServerFactory]:
    """Starts a server in front of `mailbox`; gives back the options that reach it."""
    running: list[Controller] = []

    def start(tls: str = "starttls") -> dict[str, Any]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
        more: dict[str, Any] = {"ssl_context": context} if tls == "implicit" else {}
        if tls == "starttls":
            more = {"tls_context": context, "require_starttls": True}
        controller = _Server(
            mailbox, hostname="127.0.0.1", port=0, auth_require_tls=False, authenticator=_login,
            **more,
        )  # fmt: skip
        controller.start()
        running.append(controller)
        return {
            "host": "127.0.0.1",
            "port": controller.port,
            "tls": tls,
            "ca_file": str(certificate[0]),
            "sender": "hiring@corp.example.com",
            "timeout_seconds": 5,
        }

    yield start
    for controller in running:
        controller.stop()


def _login(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
) -> AuthResult:
    right = isinstance(data, LoginPassword) and data.password == b"open sesame"
    return AuthResult(success=right, handled=right)
