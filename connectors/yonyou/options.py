"""What can be configured: one tenant's options, and the specification of each profile."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from connectors.http import ErrorRules, RetryClass
from connectors.http.address import sandbox_secret
from connectors.options import HttpOptions
from connectors.spec import ConnectorSpec, SpecModel, StreamSpec, WriteSpec
from talentloop.config import load_model

SYSTEM = "yonyou"
FOLDER = Path(__file__).resolve().parent
Profile = Literal["yonbip", "yonyou_ehr_v3"]
_SPEC_FILES: dict[Profile, str] = {"yonbip": "spec.yaml", "yonyou_ehr_v3": "spec_ehr_v3.yaml"}


class PageWords(SpecModel):
    """Names in the request and the answer of a list."""

    number: str
    size: str
    rows: str = Field(description="Path of the rows in the answer")
    total: str = Field(description="Path of the number of rows on all pages")


class Detail(SpecModel):
    """A second request that brings whole records."""

    path: str
    by: str = Field(description="Parameter that takes the key")
    many: bool = Field(False, description="Whether it takes a list of keys")
    rows: str = Field(description="Path of the record, or of the records")


class ByPeriod(SpecModel):
    """A list that is asked for period by period and person by person."""

    path: str = Field(description="Where the periods are listed")
    rows: str
    code: str
    ends: str
    lookback_days: int = Field(ge=0, description="How old a period is still asked for")
    people: str = Field(description="Stream that lists the people")
    send_period: str
    send_people: str


class YonyouStream(StreamSpec):
    """How one list is read."""

    rows: str = Field("", description="Path of the rows, where it is not that of other lists")
    detail: Detail | None = None
    parts: dict[str, list[str]] = Field(
        default_factory=dict, description="Kind of row → lists that lead to it inside a record"
    )
    by_period: ByPeriod | None = None


class YonyouWrite(WriteSpec):
    """How one kind of change is written and read back."""

    update_path: str = Field("", description="Where existing records are changed, if elsewhere")
    key: str = Field(description="Field that the entity key stands for")
    read: Detail


class FlatNames(SpecModel):
    """Names of an interview result in a flat entry."""

    score: str
    dimensions: str
    dimension_name: str
    dimension_score: str
    remark: str
    evaluated_at: str


class ResultWords(SpecModel):
    """How an interview result is worded there."""

    scorer: str
    interview_type: str = ""
    remark: str = Field("", description="评价项目 that holds the remark on the whole")
    score_field: str = Field(
        "", description="The tenant's own column for a dimension's score; empty: in the 点评"
    )
    sub_lists: Literal["whole", "own"] = Field(
        "whole", description="Send a candidate's whole list of interviews, or only ours"
    )
    flat: FlatNames | None = None
    dimensions: dict[str, str] = Field(description="Our dimension → 评价项目")
    items: dict[str, str] = Field(
        default_factory=dict,
        description="Further field of ours → 评价项目 that holds it (eHR: field of the entry)",
    )

    @model_validator(mode="after")
    def _each_has_its_own_label(self) -> ResultWords:
        used = [*self.dimensions.values(), *self.items.values(), self.remark]
        twice = sorted({label for label in used if used.count(label) > 1})
        if twice:
            raise ValueError(f"two fields of a result are written to {', '.join(twice)}")
        return self


class YonyouSpec(ConnectorSpec):
    """The content of `spec.yaml`."""

    service: str
    no_data: str
    page: PageWords
    streams: dict[str, YonyouStream]
    writes: dict[str, YonyouWrite]
    result: ResultWords


class Discovery(SpecModel):
    """Asking the vendor which addresses a tenant has."""

    url: str = Field(
        "https://apigateway.yonyoucloud.com/open-auth/dataCenter/getGatewayAddress",
        description="Where to ask",
    )
    tenant_id: str = Field(min_length=1)
    gateway_field: str = Field("data.gatewayUrl", description="Path of the gateway's address")
    token_field: str = Field("data.tokenUrl", description="Path of the token service's address")
    domain: str = Field("yonyoucloud.com", description="Domain that both addresses must lie in")


class CallbackWords(SpecModel):
    """How events arrive, and what they set off."""

    reply: Literal["encrypted", "plain"] = Field(
        default="encrypted", description="The documents and the vendor's own demo differ"
    )
    event_id: str = Field(
        default="eventId", description="Field of the message that names the event"
    )
    pull_on: list[str] = Field(
        default=["STAFF_", "DEPT_"],
        min_length=1,
        description="Beginnings of the types that set off a pull",
    )


class YonyouOptions(HttpOptions):
    """One tenant, from `config/sources/<name>.yml`."""

    profile: Profile = "yonbip"
    app_key: str = Field(min_length=1, description="appKey of the self-built app")
    app_secret: str = Field(
        "", description="Reference to its appSecret (file:…, env:…, vault:…), never the value"
    )
    auth_prefix: str = Field(
        "open-auth", description="Or iuap-api-auth/open-auth (flagship and private installations)"
    )
    gateway: str = Field("iuap-api-gateway", description="Path below base_url, or an address")
    service: str | None = Field(None, description="Prefix of all paths instead of the spec's")
    discovery: Discovery | None = Field(None, description="Ask for both addresses instead")
    error_codes: dict[str, RetryClass] = Field(
        default_factory=dict, description="The tenant's error codes and what they mean"
    )
    check_counts: bool = Field(
        True, description="A list that shows fewer records than it counts is an error"
    )
    callback: CallbackWords = CallbackWords()
    result: ResultWords | None = Field(None, description="Words of an interview result")

    @model_validator(mode="after")
    def _has_a_secret(self) -> YonyouOptions:
        if not self.app_secret and not self.is_sandbox:
            raise ValueError("app_secret is missing: write file:NAME, env:NAME or vault:PATH#FIELD")
        return self

    @property
    def secret_reference(self) -> str:
        """Where the appSecret lies."""
        return self.app_secret or f"file:{sandbox_secret(SYSTEM)}"

    @property
    def spec(self) -> YonyouSpec:
        """The profile's specification with this tenant's own service prefix, codes and words."""
        spec = profile_spec(self.profile)
        codes = {**spec.errors.codes, **self.error_codes}
        changes: dict[str, object] = {
            "errors": ErrorRules.model_validate(
                {**spec.errors.model_dump(mode="json"), "codes": codes}
            ),
            "service": spec.service if self.service is None else self.service,
            "result": self.result or spec.result,
        }
        return spec.model_copy(update=changes)


@cache
def profile_spec(profile: Profile) -> YonyouSpec:
    """The specification of a profile."""
    return load_model(FOLDER / _SPEC_FILES[profile], YonyouSpec)
