"""What can be configured: one organisation's options, and the connector's own `spec.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field

from connectors.http.address import SANDBOX, BaseUrl
from connectors.options import HttpOptions
from connectors.spec import ConnectorSpec, StreamSpec, load_spec

_FOLDER = Path(__file__).resolve().parent
SYSTEM = "dingtalk"


class DingTalkStream(StreamSpec):
    """How one list is read."""

    detail: str = Field("", description="Path of one record where the list brings only ids")
    leavers: str = Field("", description="Path of the ids of those who left")
    leaving: str = Field("", description="Path of when and why they left")
    candidates: str = Field("", description="Path of which candidate became which employee")
    staff: str = Field("", description="Path, of the older interface, of the ids of those at work")
    fields: list[str] = Field(default_factory=list, description="Field codes to ask for")


class DingTalkSpec(ConnectorSpec):
    """The content of `spec.yaml`."""

    token_path: str
    streams: dict[str, DingTalkStream]


class DingTalkOptions(HttpOptions):
    """One organisation, from `config/sources/<name>.yml`."""

    old_url: BaseUrl = Field(
        SANDBOX, description="Address of the older interface, https://oapi.dingtalk.com"
    )
    app_key: str = Field(min_length=1, description="AppKey (Client ID) of the internal app")
    app_secret: str = Field(
        "file:sandbox_dingtalk.secret",
        description="Reference to the AppSecret: file:NAME, env:NAME",
    )
    operator_id: str = Field(min_length=1, description="userId in whose name recruiting is read")
    biz_code: str = Field("ddats", description="bizCode of the recruiting product")
    app_agent_id: int | None = Field(None, description="AgentId of the app, for the roster")
    roster_fields: list[str] | None = Field(
        None, description="Field codes of the roster to ask for; default the spec's"
    )
    ended_statuses: list[str] = Field(
        ["OBSOLETE", "ABANDONED"],
        description="Words of currentStatus under which an application is out of the process",
    )
    reread_days: int = Field(
        30, ge=1, le=3650,
        description="Interviews of applications that changed in so many days before the cursor",
    )  # fmt: skip


@cache
def connector_spec() -> DingTalkSpec:
    """The connector's own specification."""
    return load_spec(_FOLDER, DingTalkSpec)
