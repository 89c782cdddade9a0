"""What a source file of a REST system may say: dlt's `rest_api` configuration and words of ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from connectors.http import ErrorRules
from connectors.mapping.transforms.dates import strptime_form, zone
from connectors.options import HttpOptions
from connectors.spec import Names
from talentloop.errors import ConfigError
from talentloop.strict import Strict


class Auth(Strict):
    """How requests are authorized: dlt's four kinds, and how a token endpoint wants to be asked.

    `token`, `api_key`, `password` and `client_secret` are references to secrets.
    """

    type: Literal["bearer", "api_key", "http_basic", "oauth2_client_credentials"]
    token: str | None = Field(None, description="Of bearer: a secret")
    api_key: str | None = Field(None, description="Of api_key: a secret")
    name: str = Field("Authorization", description="Of api_key: name of the header or parameter")
    location: Literal["header", "query"] = Field("header", description="Of api_key")
    username: str | None = Field(None, description="Of http_basic: plain text, or a secret")
    password: str | None = Field(None, description="Of http_basic: a secret; empty for none")
    access_token_url: str | None = Field(None, description="Of oauth2: path, or an allowed address")
    client_id: str | None = Field(None, description="Of oauth2: plain text, or a secret")
    client_secret: str | None = Field(None, description="Of oauth2: a secret")
    access_token_request_data: dict[str, Any] = Field(
        default_factory=dict, description="Of oauth2: further fields of the request"
    )
    default_token_expiration: int = Field(
        3600, ge=1, description="Of oauth2: seconds, where the answer does not say"
    )
    ask: Literal["form", "json", "basic"] = Field(
        "form",
        description="Of oauth2: client in a form, in JSON, or as HTTP Basic beside a form",
    )
    client_id_field: str = Field("client_id", description="Of oauth2: what the field is called")
    client_secret_field: str = Field("client_secret", description="Of oauth2: likewise")

    @model_validator(mode="after")
    def _complete(self) -> Auth:
        needed = {
            "bearer": ("token",),
            "api_key": ("api_key",),
            "http_basic": ("username",),
            "oauth2_client_credentials": ("access_token_url", "client_id", "client_secret"),
        }[self.type]
        missing = [name for name in needed if not getattr(self, name)]
        if missing:
            raise ValueError(f"{self.type} needs {', '.join(missing)}")
        return self


class Changes(Strict):
    """How a time is written in requests for what has changed, and how much may be asked for."""

    form: str = Field("iso", description="`iso`, `epoch_s`, `epoch_ms`, or such as yyyy-MM-dd")
    zone: str = Field("UTC", description="Time zone in which the vendor reads it")
    window_days: float | None = Field(
        None, gt=0, description="Longest span of one request; a longer one is cut into pieces"
    )

    @field_validator("form")
    @classmethod
    def _known_form(cls, value: str) -> str:
        if value not in ("iso", "epoch_s", "epoch_ms"):
            strptime_form(value)
        return value

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        zone(value)
        return value

    def written(self, moment: datetime) -> str | int:
        """The instant as the vendor wants it."""
        if self.form == "epoch_s":
            return int(moment.timestamp())
        if self.form == "epoch_ms":
            return round(moment.timestamp() * 1000)
        local = moment.astimezone(zone(self.zone))
        if self.form == "iso":
            text = local.isoformat(timespec="milliseconds")
            return text.replace("+00:00", "Z")
        # strftime knows microseconds only; vendors write milliseconds.
        text = local.strftime(strptime_form(self.form.replace("SSS", "\ue000")))
        return text.replace("\ue000", f"{local.microsecond // 1000:03d}")


class Resource(BaseModel):
    """One resource: dlt's own keys (`name`, `endpoint`, `include_from_parent`) and ours.

    Attributes:
        key: fields that name a record, for the documentation and the mapping draft.
        changes: how a time is written in requests.
        total: path of the number of rows that the source says there are; fewer is an error.
        unverified: what was never seen at a real tenant.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    name: str
    key: list[str] = Field(default_factory=list)
    changes: Changes = Field(default_factory=lambda: Changes.model_validate({}))
    total: str | None = None
    unverified: str = ""

    @property
    def for_dlt(self) -> dict[str, Any]:
        """What dlt is told."""
        return {"name": self.name, **(self.model_extra or {})}


class RestOptions(HttpOptions):
    """One REST system."""

    vendor: Names = Field(description="What the system is called, for people")
    stand_in: str = Field("", description="Name of its stand-in, where base_url is `sandbox`")
    auth: Auth | None = Field(
        None, description="How requests are authorized; left out: they aren't"
    )
    client: dict[str, Any] = Field(
        default_factory=dict, description="dlt's client: `headers` and `paginator`"
    )
    resource_defaults: dict[str, Any] = Field(default_factory=dict, description="As dlt has them")
    resources: list[Resource] = Field(min_length=1, description="As dlt has them, and ours")
    errors: ErrorRules = Field(
        default_factory=lambda: ErrorRules.model_validate({}), description="How it words its errors"
    )
    unverified: list[str] = Field(
        default_factory=list, description="What was never seen at a real tenant"
    )

    @model_validator(mode="before")
    @classmethod
    def _as_dlt_writes_it(cls, given: Any) -> Any:
        """dlt keeps address and authorization under `client`; both places are understood."""
        if not isinstance(given, dict) or not isinstance(given.get("client"), dict):
            return given
        client = dict(given["client"])
        moved = {name: client.pop(name) for name in ("base_url", "auth") if name in client}
        return {**moved, **given, "client": client}

    @field_validator("client")
    @classmethod
    def _known_client(cls, value: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(value.keys() - {"headers", "paginator"})
        if unknown:
            raise ValueError(f"unknown: {', '.join(unknown)}; it takes headers and paginator")
        return value

    @model_validator(mode="after")
    def _named(self) -> RestOptions:
        names = [resource.name for resource in self.resources]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"resources: {', '.join(twice)} is there twice")
        if self.is_sandbox and not self.stand_in:
            raise ValueError("stand_in: name it, or give the system's own address as base_url")
        return self

    def resource(self, name: str) -> Resource:
        """A resource by name."""
        return next(resource for resource in self.resources if resource.name == name)


def first_instant(incremental: Mapping[str, Any], where: str) -> datetime | None:
    """`initial_value` of a resource: from when on all is asked for.

    Raises:
        ConfigError: it is no instant.
    """
    value = incremental.get("initial_value")
    if value is None:
        return None
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        moment = None
    if moment is None:
        raise ConfigError(
            f"initial_value {value!r} is not an instant",
            where=where,
            remedy="Write it as 2015-01-01T00:00:00Z.",
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
