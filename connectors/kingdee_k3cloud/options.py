"""What can be configured: one K3Cloud tenant's options, and the connector's own `spec.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from connectors.options import HttpOptions
from connectors.spec import ConnectorSpec, StreamSpec, load_spec
from talentloop.errors import ConfigError

SYSTEM = "kingdee_k3cloud"
_FOLDER = Path(__file__).resolve().parent

#: Ways to page: after the last FID seen, or by row numbers (for fields that lie in entries).
PAGING = ("key", "start_row")


class K3CloudSpec(ConnectorSpec):
    """The content of `spec.yaml`."""

    service_path: str = Field(description="Path of the form service below the base address")


class K3CloudOptions(HttpOptions):
    """One tenant, from `config/sources/<name>.yml`."""

    acct_id: str = Field(min_length=1, description="Id of the data centre (账套)")
    user_name: str = Field(min_length=1, description="Integration user")
    app_id: str = Field("", description="Reference to the application id, which is a secret too")
    app_secret: str = Field("", description="Reference to the application's secret")
    language: int = Field(2052, description="Windows language id; 2052 is simplified Chinese")
    organisation: str = Field("0", description="Number of the organisation; 0 is the user's own")
    service_path: str = Field("", description="Instead of the spec's, behind another gateway")
    time_zone: str = Field("Asia/Shanghai", description="Zone of the tenant's times")
    query: Literal["ExecuteBillQuery", "BillQuery"] = Field(
        "ExecuteBillQuery", description="Operation that reads; BillQuery answers with names"
    )
    check_fields: bool = Field(True, description="Ask QueryBusinessInfo which fields a form has")
    filters: dict[str, str] = Field(
        default_factory=dict, description="Further FilterString of a stream, such as approved only"
    )
    page_size: int | None = Field(None, ge=1, description="Rows a page instead of the spec's")
    forms: dict[str, StreamSpec] = Field(
        default_factory=dict, description="Streams that are read otherwise here than in the spec"
    )
    id_fields: dict[str, str] = Field(
        default_factory=dict, description="Inner id of a form where it is not FID"
    )
    create_missing: list[str] = Field(
        default_factory=list, description="Forms in which a write may make the record"
    )
    auto_submit_and_audit: bool = Field(False, description="Submit and audit what is saved")

    @model_validator(mode="after")
    def _signs_somehow(self) -> K3CloudOptions:
        if not self.is_sandbox and not (self.app_id and self.app_secret):
            raise ValueError("give app_id and app_secret, as references such as file:NAME")
        return self

    @field_validator("forms")
    @classmethod
    def _known_paging(cls, forms: dict[str, StreamSpec]) -> dict[str, StreamSpec]:
        for name, form in forms.items():
            if form.paging not in PAGING:
                raise ValueError(f"{name}: paging is one of {', '.join(PAGING)}")
        return forms

    def id_field(self, form: str) -> str:
        """The field with the inner id of a form's records."""
        return self.id_fields.get(form, "FID")

    def stream(self, name: str) -> StreamSpec:
        """How to read a stream: this tenant's way, else the spec's.

        Raises:
            ConfigError: neither says.
        """
        found = self.forms.get(name) or connector_spec().streams.get(name)
        if found is None:
            raise ConfigError(
                f"Nothing says how to read the form {name}",
                where="forms of the source",
                remedy="Give its key and cursor there, as connectors/kingdee_k3cloud/spec.yaml "
                "does.",
            )
        changes = {} if self.page_size is None else {"page_size": self.page_size}
        return found.model_copy(update=changes)


@cache
def connector_spec() -> K3CloudSpec:
    """The connector's own specification."""
    return load_spec(_FOLDER, K3CloudSpec)
