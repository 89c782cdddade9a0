"""Which channels are configured: one file each under `config/channels/`, none by default."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from connectors.channels.messages import Language
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict

#: Cards that the loop sends; each is the name of a message template too.
Purpose = Literal["interview_result", "incident", "monthly_report"]


class Delivery(Strict):
    """How patiently messages are delivered; as `config/destinations` says of write-backs."""

    max_attempts: int = Field(8, ge=1, le=100, description="Deliveries before it is given up")
    first_wait_seconds: float = Field(10, gt=0, description="Wait after the first; doubled")
    longest_wait_seconds: float = Field(1800, gt=0, description="Longest wait")
    lease_seconds: int = Field(600, ge=1, description="How long a worker may hold a message")
    settle_seconds: float = Field(2, ge=0, description="Wait after a lost answer")
    patience_seconds: float = Field(60, ge=0, description="A run waits this long for what is due")


class Callback(Strict):
    """How events of a channel are received. Secrets are references (`file:`, `env:`)."""

    token: str = Field(description="Reference to the token (Feishu: verification token)")
    key: str = Field(description="Reference to the AES key (Feishu: encrypt key)")
    receiver: str = Field("", description="Whom events must be for: corporation id or app key")
    window_seconds: float = Field(
        90_000, gt=0, description="Age at which a signature is no longer accepted"
    )
    pulls: dict[str, str] = Field(
        default_factory=dict, description="Kind of event: source that is pulled after it"
    )


class Channel(BaseModel):
    """One channel. Further fields are options of its connector, which checks them.

    Attributes:
        connector: dingtalk, feishu, smtp or wecom.
        language: of cards to groups.
        sends: which card goes to which target of this channel.
        invitations: candidates are invited here (smtp).
        reports: candidates are told here that their report is ready (smtp).
        calendar: appointments of interviewers are made here.
        callback: how its events are received; None receives none.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str = ""
    file: Path = Path()
    connector: Literal["dingtalk", "feishu", "smtp", "wecom"]
    description: str = ""
    language: Language = "zh"
    sends: dict[Purpose, str] = Field(default_factory=dict)
    invitations: bool = False
    reports: bool = False
    calendar: bool = False
    callback: Callback | None = None
    delivery: Delivery = Delivery.model_validate({})

    @property
    def options(self) -> dict[str, Any]:
        """What the connector itself is told."""
        return dict(self.model_extra or {})


def list_channels(settings: Settings) -> list[Channel]:
    """The configured channels, by name (that of the file).

    Raises:
        ConfigError: a file does not fit.
    """
    files = sorted((settings.config / "channels").glob("*.yml"))
    return [_read(path) for path in files]


def find_channel(settings: Settings, name: str) -> Channel | None:
    """A configured channel by its name; None where there is none such.

    Raises:
        ConfigError: its file does not fit.
    """
    path = settings.config / "channels" / f"{name}.yml"
    known = {file.stem for file in path.parent.glob("*.yml")}
    return _read(path) if name in known else None


def channel(settings: Settings, name: str) -> Channel:
    """A configured channel by its name.

    Raises:
        ConfigError: there is none such.
    """
    found = find_channel(settings, name)
    if found is None:
        known = ", ".join(each.name for each in list_channels(settings)) or "none"
        raise ConfigError(
            f"There is no channel {name!r}",
            where=str(settings.config / "channels"),
            remedy=f"Known are: {known}. config/examples/channels has one of each kind to copy.",
        )
    return found


def _read(path: Path) -> Channel:
    found = load_model(path, Channel).model_copy(update={"name": path.stem, "file": path})
    for name in ("invitations", "reports"):
        if getattr(found, name) and found.connector != "smtp":
            raise ConfigError(
                "Candidates are outside the tenant and are written to by mail only",
                where=f"{path}, field {name}",
                remedy="Set it in a channel of the connector smtp.",
            )
    if found.calendar and found.connector == "smtp":
        raise ConfigError(
            "A mail server keeps no calendar",
            where=f"{path}, field calendar",
            remedy="Set it in a channel of dingtalk, feishu or wecom.",
        )
    return found
