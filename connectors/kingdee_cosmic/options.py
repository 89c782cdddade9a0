"""What can be configured: one Cosmic tenant's options, and the connector's own `spec.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from connectors.http import Limit
from connectors.options import HttpOptions
from connectors.spec import ConnectorSpec, SpecModel, StreamSpec, load_spec
from talentloop.errors import ConfigError

SYSTEM = "kingdee_cosmic"
_FOLDER = Path(__file__).resolve().parent


class Filters(SpecModel):
    """Names of a query's parameters; empty where the service has none such."""

    since: str = Field("", description="Only records changed at or after this local time")
    numbers: str = Field("", description="Only records with these numbers")


class RowResults(SpecModel):
    """Where the answer to a save tells of each row."""

    list: str = Field(description="Dotted path of the list")
    index: str = Field(description="Field with the row's place in the request")
    ok: str = Field(description="Field that is true where the row was saved")
    id: str = Field(description="Field with the record's inner id")
    errors: str = Field(description="Field with the reasons of a refusal")


class CosmicSpec(ConnectorSpec):
    """The content of `spec.yaml`."""

    token_path: str
    token_limit: Limit
    service_path: str
    filters: Filters
    rows: RowResults
    saves: dict[str, str]
    read_backs: dict[str, str]


class CosmicOptions(HttpOptions):
    """One tenant, from `config/sources/<name>.yml`."""

    isv: str = Field(min_length=1, description="Developer's mark in the services' paths")
    app: str = Field(min_length=1, description="Application's mark in the services' paths")
    auth: Literal["access_token", "basic"] = Field("access_token", description="Mode")
    client_id: str = Field("", description="Client id of the third-party application")
    client_secret: str = Field("", description="Reference to its secret")
    username: str = Field(min_length=1, description="Integration user")
    password: str = Field("", description="Reference to the user's password, for basic")
    account_id: str = Field("", description="Id of the data centre (accountId)")
    language: str = Field("zh_CN", description="Language of messages")
    token_header: Literal["accesstoken", "access_token", "accessToken"] = Field(
        "accesstoken", description="Header that carries the token"
    )
    token_lifetime_seconds: float = Field(7200, gt=0, description="Life of a token")
    token_limit: Limit | None = Field(None, description="Calls of getToken instead of the spec's")
    timestamp: Literal["text", "ms"] = Field("text", description="Form of getToken's timestamp")
    timestamp_zone: str = Field("UTC", description="Zone of getToken's timestamp as text")
    gateway_identity: str = Field("", description="Reference to the value of x-acgw-identity")
    number: str = Field("number", description="Field that names a record, in saves and read-backs")
    idempotency_key: bool = Field(False, description="Send Idempotency-Key with each save")
    time_zone: str = Field("Asia/Shanghai", description="Zone of the tenant's times")
    services: dict[str, str] = Field(
        default_factory=dict, description="Query service of a stream, or of a save's read-back"
    )
    saves: dict[str, str] = Field(
        default_factory=dict, description="Save service of an entity named in a destination"
    )
    page_size: int | None = Field(None, ge=1, description="Rows a page instead of the spec's")
    lists: dict[str, StreamSpec] = Field(
        default_factory=dict, description="Streams that are read otherwise here than in the spec"
    )
    filters: Filters | None = Field(None, description="Parameters instead of the spec's")
    rows: RowResults | None = Field(None, description="Answers of saves other than in the spec")

    @model_validator(mode="after")
    def _what_the_mode_needs(self) -> CosmicOptions:
        needed = {
            "access_token": ("client_id", "client_secret", "account_id"),
            "basic": ("password",),
        }[self.auth]
        missing = [name for name in needed if not getattr(self, name)]
        if missing:
            raise ValueError(f"auth: {self.auth} needs {', '.join(missing)}")
        return self

    def stream(self, name: str) -> StreamSpec:
        """How to read a stream: this tenant's way, else the spec's.

        Raises:
            ConfigError: neither says.
        """
        found = self.lists.get(name) or connector_spec().streams.get(name)
        if found is None:
            raise _unnamed(f"how to read the stream {name}", "lists")
        changes = {} if self.page_size is None else {"page_size": self.page_size}
        return found.model_copy(update=changes)

    def query_path(self, name: str) -> str:
        """Path of the service that reads a stream, or what a save of this entity wrote.

        Raises:
            ConfigError: nothing names one.
        """
        spec = connector_spec()
        service = self.services.get(name) or spec.read_backs.get(name)
        if not service and (name in self.lists or name in spec.streams):
            service = self.stream(name).path
        if not service:
            raise _unnamed(f"which service reads {name}", "services")
        return self._path(service)

    def save_path(self, entity: str) -> str:
        """Path of the service that saves an entity.

        Raises:
            ConfigError: nothing names one.
        """
        service = self.saves.get(entity) or connector_spec().saves.get(entity)
        if not service:
            raise _unnamed(f"which service saves {entity}", "saves")
        return self._path(service)

    def _path(self, service: str) -> str:
        form = connector_spec().service_path
        return form.format(isv=self.isv, app=self.app, service=service)


def _unnamed(what: str, option: str) -> ConfigError:
    return ConfigError(
        f"Nothing says {what}",
        where=f"{option} of the source",
        remedy="Name it there; connectors/kingdee_cosmic/README.md shows how.",
    )


@cache
def connector_spec() -> CosmicSpec:
    """The connector's own specification."""
    return load_spec(_FOLDER, CosmicSpec)
