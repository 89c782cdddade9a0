"""Tokens and addresses: both layouts, discovery, refusals, and no secret in a log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from connectors.sandbox.service import Service
from connectors.yonyou import YonyouSource
from connectors.yonyou.options import YonyouOptions
from talentloop.errors import ConfigError, SourceAuthError, SourceError
from talentloop.settings import Settings
from tests.connectors.yonyou.conftest import OPTIONS, Pull

MakeSource = Callable[..., YonyouSource]
DISCOVERY = {"url": "open-auth/dataCenter/getGatewayAddress", "tenant_id": "t1"}


def rows(source: YonyouSource, stream: str = "staffing") -> int:
    return sum(len(page.rows) for page in source.read(stream, None))


@pytest.mark.parametrize(
    "options",
    [{}, {"auth_prefix": "iuap-api-auth/open-auth"}, {"discovery": DISCOVERY}],
    ids=["public", "flagship", "discovered"],
)
def test_the_tenant_is_reached_in_each_layout(
    make_source: MakeSource, options: dict[str, Any]
) -> None:
    assert rows(make_source(**options)) == 18


def test_one_token_serves_all_requests_and_all_sources_of_an_app(
    make_source: MakeSource, faults: Pull
) -> None:
    assert rows(make_source()) == rows(make_source()) == 18
    assert faults()["tokens_issued"] == 1


def test_a_wrong_secret_fails_at_once_and_is_never_spoken(
    settings: Settings, make_source: MakeSource, spoken: Callable[[], str]
) -> None:
    settings.secrets_dir.mkdir(parents=True, exist_ok=True)
    (settings.secrets_dir / "other.secret").write_text("not-the-secret")
    with pytest.raises(SourceAuthError) as caught:
        rows(make_source(app_secret="file:other.secret"))
    assert "app_secret" in caught.value.remedy
    assert "not-the-secret" not in str(caught.value) + spoken()


def test_neither_token_nor_signature_is_logged(
    make_source: MakeSource, spoken: Callable[[], str]
) -> None:
    rows(make_source())
    lines = spoken().splitlines()
    said = "\n".join(line for line in lines if "uvicorn" not in line)  # the stand-in's own
    assert "http_exchange" in said
    assert "signature=" not in said
    assert "access_token=" not in said


def test_a_discovered_address_outside_the_vendors_domain_is_not_used(
    make_source: MakeSource,
) -> None:
    source = make_source(discovery={**DISCOVERY, "gateway_field": "message"})
    with pytest.raises(SourceError, match="gateway address"):
        rows(source)


def test_a_signature_that_is_too_old_is_refused_with_a_word_on_the_clock(
    make_source: MakeSource, faults: Pull
) -> None:
    faults(timestamp_seconds=60)  # our clock is a day ahead of the tenant's
    with pytest.raises(SourceAuthError, match="signature") as caught:
        rows(make_source())
    assert "clock" in caught.value.remedy


def test_a_tenants_own_throttling_code_is_configuration(
    make_source: MakeSource, faults: Pull
) -> None:
    faults(throttle_every=2, throttle_code=310046)
    source = make_source(error_codes={"310046": "retry_after"})
    assert sum(len(page.rows) for page in source.read("bill", None)) == 108
    assert rows(source) == 18
    assert faults()["fired"]["throttle_every"] >= 1
    with pytest.raises(SourceError, match="310046"):
        rows(make_source())


def test_codes_of_success_are_taken_as_numbers_and_as_texts(tenant: Service) -> None:
    rules = YonyouOptions.model_validate(OPTIONS).spec.errors
    answers = [{"code": 200}, {"code": "200"}, {"code": "00000"}]
    assert not any(rules.fails(rules.code_in(answer)) for answer in answers)
    assert rules.fails(rules.code_in({"code": 999}))


def test_a_source_without_a_secret_is_refused_by_name(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="app_secret"):
        YonyouSource(settings, "y", {"base_url": "https://c2.yonyoucloud.com", "app_key": "k"})


def test_the_stand_in_gives_no_token_for_a_signature_encoded_twice(tenant: Service) -> None:
    query = {"appKey": "talentloop-sandbox", "timestamp": "1", "signature": "abc%3D"}
    link = f"{tenant.url}/yonyou/open-auth/selfAppAuth/getAccessToken"
    answer = httpx.get(link, params=query, trust_env=False).json()
    assert (answer["code"], answer["data"]) == ("310007", None)
