"""How a mail server is reached."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from connectors.channels.messages import Address, OneLine
from connectors.http import Limit
from talentloop.strict import Strict

_PORTS = {"starttls": 587, "implicit": 465, "none": 25}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SmtpOptions(Strict):
    """A mail server, from `config/channels/<name>.yml`."""

    host: str = Field(min_length=1, description="Name of the mail server")
    port: int | None = Field(None, ge=1, le=65535, description="Default 587, 465 or 25 by `tls`")
    tls: Literal["starttls", "implicit", "none"] = Field(
        "starttls", description="How the connection is encrypted; none only on this machine"
    )
    ca_file: Path | None = Field(None, description="Certificates to trust; default the system's")
    user: str = Field("", description="Account; empty sends without logging in")
    password: str = Field("", description="Reference to its password")
    sender: Address = Field(description="Address that mail comes from")
    sender_name: OneLine = Field("TalentLoop", description="Name beside it")
    reply_to: Address | None = Field(None, description="Where answers go; default the sender")
    timeout_seconds: float = Field(30, gt=0, description="Longest silence of the server")
    limit: Limit = Field(
        Limit.model_validate({"requests": 60, "seconds": 60}), description="Mails in a time"
    )
    repeat_after_lost_answer: bool = Field(
        False,
        description="Send again when it is not known whether a mail was taken: it may then arrive "
        "twice, under one Message-ID",
    )
    targets: dict[str, list[Address]] = Field(
        default_factory=dict, description="Addresses of each target that cards go to"
    )

    @model_validator(mode="after")
    def _safe(self) -> SmtpOptions:
        if self.tls == "none" and self.host not in _LOOPBACK:
            raise ValueError("tls: none would send mail and password in the clear")
        if bool(self.user) != bool(self.password):
            raise ValueError("user and password go together")
        return self

    @property
    def used_port(self) -> int:
        """The port to connect to."""
        return self.port or _PORTS[self.tls]

    @property
    def domain(self) -> str:
        """The sender's domain."""
        return self.sender.rpartition("@")[2]
