"""How one corporation is reached."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field, model_validator

from connectors.http import Limit
from connectors.options import HttpOptions
from connectors.spec import ConnectorSpec, load_spec
from talentloop.strict import Strict

SYSTEM = "wecom"


class Target(Strict):
    """Where a card goes: a group through its robot, or people through the application."""

    webhook_key: str = Field("", description="Reference to the key of a group robot")
    users: list[str] = Field(default_factory=list, description="User ids")

    @model_validator(mode="after")
    def _one_way(self) -> Target:
        if bool(self.webhook_key) == bool(self.users):
            raise ValueError("a target wants either webhook_key or users")
        return self


class WecomOptions(HttpOptions):
    """One corporation, from `config/channels/<name>.yml`."""

    corp_id: str = Field(min_length=1, description="Corporation id")
    agent_id: int = Field(description="Number of the application")
    secret: str = Field(description="Reference to the application's secret")
    targets: dict[str, Target] = Field(default_factory=dict, description="Where cards go, by name")
    calendar_admins: list[str] = Field(
        default_factory=list, max_length=3, description="User ids that may change calendar entries"
    )
    calendar_id: str = Field("", description="Shared calendar; empty: the application's own")
    robot_limit: Limit | None = Field(None, description="Rate of one robot instead of the spec's")


class WecomSpec(ConnectorSpec):
    """The connector's specification."""

    robot_limit: Limit


@cache
def connector_spec() -> WecomSpec:
    """The connector's own specification."""
    return load_spec(Path(__file__).parent, WecomSpec)
