"""What can be configured: one tenant's options, and the connector's own `spec.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from connectors.http.address import address_of
from connectors.options import HttpOptions
from connectors.spec import ConnectorSpec, SpecModel, StreamSpec, WriteSpec, load_spec
from talentloop.errors import ConfigError
from talentloop.settings import Settings

_FOLDER = Path(__file__).resolve().parent
SYSTEM = "successfactors"


class EntitySetSpec(StreamSpec):
    """How one entity set is read."""

    cursor: str = Field(min_length=1, description="Property that moves with every change")
    literal: Literal["datetimeoffset", "datetime"] = Field(
        "datetimeoffset", description="Edm type of the cursor, in lower case"
    )
    page_size: int = Field(1000, ge=1, le=1000, description="Rows a page; the vendor's cap is 1000")
    paging: Literal["snapshot", "cursor", "none"] = Field(
        "snapshot", description="Server paging; MDF objects want `cursor`"
    )
    effective_dated: bool = Field(
        False, description="One row per slice of time, of which a plain query shows only today's"
    )
    filter: str = Field("", description="Further $filter, put before the cursor's with `and`")
    select: list[str] = Field(default_factory=list, description="Properties beside the mapped ones")

    @property
    def cursor_type(self) -> str:
        """The Edm type that the tenant's `$metadata` must show."""
        return {"datetimeoffset": "Edm.DateTimeOffset", "datetime": "Edm.DateTime"}[self.literal]


class RowsSpec(WriteSpec):
    """How records are written back."""

    purge_type: Literal["incremental"] = "incremental"
    batch_size: int = Field(100, ge=1, le=1000)
    changeset_size: int = Field(1, ge=1, le=1000, description="Rows applied as a whole, or not")


class Spec(ConnectorSpec):
    """The content of `spec.yaml`."""

    service_path: str
    token_path: str
    metadata_path: str
    streams: Mapping[str, EntitySetSpec]
    writes: Mapping[str, RowsSpec]


class SignedBy(SpecModel):
    """A SAML assertion signed here, by a key whose certificate is registered at the tenant."""

    key_file: str = Field(description="PEM private key (RSA), in the secrets folder")
    user_id: str = Field(description="Technical user that the tenant knows")
    issuer: str = Field("www.successfactors.com", description="Issuer of the assertion")
    audience: str = Field("www.successfactors.com", description="Audience of the assertion")
    lifetime_minutes: int = Field(10, ge=1, le=60)


class SuccessFactorsOptions(HttpOptions):
    """One tenant, from `config/sources/<name>.yml`."""

    company_id: str = Field(min_length=1, description="Company id of the tenant")
    client_id: str = Field(min_length=1, description="API key of the registered OAuth2 client")
    assertion_file: str | None = Field(
        None, description="File with a ready SAML assertion, in the secrets folder"
    )
    assertion_signed_by: SignedBy | None = Field(None, description="Or: sign one here")
    write_with: Literal["upsert", "batch"] = Field(
        "upsert", description="How rows are sent: upserts, or change sets in a batch"
    )
    entity_sets: dict[str, EntitySetSpec] = Field(
        default_factory=dict, description="Entity sets read otherwise here than in the spec"
    )

    @model_validator(mode="after")
    def _one_assertion(self) -> SuccessFactorsOptions:
        given = (self.assertion_file is not None) + (self.assertion_signed_by is not None)
        if given > 1 or (given == 0 and not self.is_sandbox):
            raise ValueError("give either assertion_file or assertion_signed_by")
        return self

    def address(self, settings: Settings) -> str:
        """The base address; that of the running sandbox where it says `sandbox`.

        Raises:
            ConfigError: the sandbox is not running.
        """
        return address_of(settings, self.base_url, SYSTEM)

    def entity_set(self, name: str) -> EntitySetSpec:
        """How to read an entity set: this tenant's way, else the spec's.

        Raises:
            ConfigError: neither says.
        """
        found = self.entity_sets.get(name) or connector_spec().streams.get(name)
        if found is None:
            raise ConfigError(
                f"Nothing says how to read the entity set {name}",
                where="entity_sets of the source",
                remedy="Give its key and cursor there, as connectors/successfactors/spec.yaml does.",
            )
        return found


@cache
def connector_spec() -> Spec:
    """The connector's own specification."""
    return load_spec(_FOLDER, Spec)
