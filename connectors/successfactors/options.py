"""What can be configured: one tenant's options, and the connector's own `spec.yaml`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import httpx
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from connectors.http import Limit, RetryClass, RetryPolicy
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings

_FOLDER = Path(__file__).resolve().parent
SANDBOX = "sandbox"
SANDBOX_ASSERTION = "sandbox_successfactors.assertion"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cursor(_Model):
    """The property by which changes are found, and the literal that it is compared with."""

    field: str = Field(description="Property that moves with every change")
    literal: Literal["datetimeoffset", "datetime"] = Field(
        "datetimeoffset", description="Edm type of the property, in lower case"
    )

    @property
    def edm_type(self) -> str:
        """The Edm type that the tenant's `$metadata` must show."""
        return {"datetimeoffset": "Edm.DateTimeOffset", "datetime": "Edm.DateTime"}[self.literal]


class EntitySetSpec(_Model):
    """How one entity set is read."""

    path: str = Field("", description="Path below the service; default the set's name")
    key: list[str] = Field(min_length=1, description="Key properties")
    cursor: Cursor = Field(description="Where changes show")
    page_size: int = Field(1000, ge=1, le=1000, description="Rows a page; the vendor's cap is 1000")
    paging: Literal["snapshot", "cursor", "none"] = Field(
        "snapshot", description="Server paging; MDF objects want `cursor`"
    )
    filter: str = Field("", description="Further $filter, put before the cursor's with `and`")
    select: list[str] = Field(default_factory=list, description="Properties beside the mapped ones")
    unverified: str = Field("", description="What was never seen at a real tenant")


class WriteSpec(_Model):
    """How records are written back."""

    path: str = "upsert"
    purge_type: Literal["incremental"] = "incremental"
    batch_size: int = Field(100, ge=1, le=1000)


class Spec(_Model):
    """The content of `spec.yaml`."""

    system: str
    service_path: str
    token_path: str
    metadata_path: str
    limit: Limit
    retry: RetryPolicy
    errors: dict[str, RetryClass]
    write: WriteSpec
    entity_sets: dict[str, EntitySetSpec]


class SignedBy(_Model):
    """A SAML assertion signed here, by a key whose certificate is registered at the tenant."""

    key_file: str = Field(description="PEM private key (RSA), in the secrets folder")
    user_id: str = Field(description="Technical user that the tenant knows")
    issuer: str = Field("www.successfactors.com", description="Issuer of the assertion")
    audience: str = Field("www.successfactors.com", description="Audience of the assertion")
    lifetime_minutes: int = Field(10, ge=1, le=60)


class SuccessFactorsOptions(_Model):
    """One tenant, from `config/sources/<name>.yml`."""

    base_url: str = Field(description="https address of the API server, or `sandbox`")
    company_id: str = Field(min_length=1, description="Company id of the tenant")
    client_id: str = Field(min_length=1, description="API key of the registered OAuth2 client")
    assertion_file: str | None = Field(
        None, description="File with a ready SAML assertion, in the secrets folder"
    )
    assertion_signed_by: SignedBy | None = Field(None, description="Or: sign one here")
    overlap_minutes: int = Field(10, ge=0, le=1440, description="Read again before the cursor")
    allowed_hosts: list[str] = Field(
        default_factory=list, description="Hosts that next links and redirects may lead to"
    )
    proxy: str | None = Field(None, description="Forward proxy")
    timeout_seconds: float = Field(60, gt=0, le=3600, description="Longest silence of the tenant")
    limit: Limit | None = Field(None, description="Rate limit instead of the spec's")
    retry: RetryPolicy | None = Field(None, description="Patience instead of the spec's")
    entity_sets: dict[str, EntitySetSpec] = Field(
        default_factory=dict, description="Entity sets read otherwise here than in the spec"
    )
    streams: list[str] | None = Field(None, description="Entity sets to read; default all mapped")

    @field_validator("base_url")
    @classmethod
    def _encrypted(cls, value: str) -> str:
        if value == SANDBOX:
            return value
        url = httpx.URL(value)
        loopback = url.scheme == "http" and url.host in ("127.0.0.1", "localhost", "::1")
        if not url.host or not (url.scheme == "https" or loopback):
            raise ValueError("must be an https address, or the word sandbox")
        return value

    @model_validator(mode="after")
    def _one_assertion(self) -> SuccessFactorsOptions:
        given = (self.assertion_file is not None) + (self.assertion_signed_by is not None)
        if given > 1 or (given == 0 and self.base_url != SANDBOX):
            raise ValueError("give either assertion_file or assertion_signed_by")
        return self

    def address(self, settings: Settings) -> str:
        """The base address; that of the running sandbox where it says `sandbox`.

        Raises:
            ConfigError: the sandbox is not running.
        """
        return sandbox_address(settings) if self.base_url == SANDBOX else self.base_url

    def entity_set(self, name: str) -> EntitySetSpec:
        """How to read an entity set: this tenant's way, else the spec's.

        Raises:
            ConfigError: neither says.
        """
        found = self.entity_sets.get(name) or connector_spec().entity_sets.get(name)
        if found is None:
            raise ConfigError(
                f"Nothing says how to read the entity set {name}",
                where="entity_sets of the source",
                remedy="Give its key and cursor there, as connectors/successfactors/spec.yaml does.",
            )
        return found


def checked_options(
    name: str, options: SuccessFactorsOptions | Mapping[str, Any]
) -> SuccessFactorsOptions:
    """The options of a source as a model.

    Raises:
        ConfigError: an option is unknown, missing or does not fit; names source and option.
    """
    if isinstance(options, SuccessFactorsOptions):
        return options
    try:
        return SuccessFactorsOptions.model_validate(dict(options))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "options"
        raise ConfigError(
            f"The options of a SuccessFactors source do not fit: {first['msg']}",
            where=f"source {name}, {field}",
            remedy="See connectors/successfactors/README.md.",
        ) from None


@cache
def connector_spec() -> Spec:
    """The connector's own specification."""
    return load_model(_FOLDER / "spec.yaml", Spec)


def sandbox_address(settings: Settings) -> str:
    """Where the sandbox tenants listen.

    Raises:
        ConfigError: they do not run.
    """
    path = settings.sandbox_dir / "service.json"
    try:
        return str(json.loads(path.read_text())["url"])
    except (OSError, ValueError, KeyError):
        raise ConfigError(
            "The sandbox tenants are not running",
            where=str(path),
            remedy="Start them with `talentloop sandbox serve`.",
        ) from None
