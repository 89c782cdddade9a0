"""Token, pages and errors of the open platform, and the vendor's own SDK as a witness."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import lark_oapi as lark
import pytest
from lark_oapi.api.auth.v3 import (
    InternalTenantAccessTokenRequest,
    InternalTenantAccessTokenRequestBody,
)
from lark_oapi.api.corehr.v2 import SearchEmployeeRequest, SearchEmployeeRequestBody
from lark_oapi.api.hire.v1 import (
    GetApplicationRequest,
    ListApplicationRequest,
    ListInterviewRecordRequest,
    ListTalentRequest,
)
from lark_oapi.core.cache import LocalCache
from lark_oapi.core.token import TokenManager

from connectors.feishu.client import FeishuClient, data_of
from connectors.feishu.options import checked_options
from connectors.http import HttpError, RetryClass
from connectors.sandbox.feishu.access import APP_ID
from connectors.sandbox.service import Service
from talentloop.errors import SourceAuthError
from talentloop.settings import Settings
from tests.connectors.feishu.conftest import OPTIONS

Faults = Callable[..., dict[str, Any]]
TALENTS = "open-apis/hire/v1/talents"


def secret_of(settings: Settings) -> str:
    return (settings.secrets_dir / "sandbox_feishu.secret").read_text().strip()


@pytest.fixture
def sdk(settings: Settings, tenant: Service, monkeypatch: pytest.MonkeyPatch) -> lark.Client:
    """The vendor's SDK, pointed at the stand-in; its token cache is its own in every test."""
    monkeypatch.setattr(TokenManager, "cache", LocalCache())
    builder = lark.Client.builder().app_id(APP_ID).app_secret(secret_of(settings))
    client = builder.domain(tenant.url).log_level(lark.LogLevel.ERROR).build()
    client._config.domain = f"{tenant.url}/feishu"  # its builder takes no path
    return client


def test_the_vendors_sdk_gets_a_token_where_we_do(
    sdk: lark.Client, settings: Settings, faults: Faults, client: FeishuClient
) -> None:
    body = InternalTenantAccessTokenRequestBody.builder()
    body = body.app_id(APP_ID).app_secret(secret_of(settings)).build()
    request = InternalTenantAccessTokenRequest.builder().request_body(body).build()
    assert sdk.auth.v3.tenant_access_token.internal(request).success()
    client.get(TALENTS, where="talents")
    assert faults()["tokens_issued"] == 2


def test_the_vendors_sdk_and_our_client_read_the_same(
    sdk: lark.Client, client: FeishuClient
) -> None:
    listed = sdk.hire.v1.talent.list(ListTalentRequest.builder().page_size(20).build())
    assert listed.success(), listed.msg
    _, ours = next(client.pages(TALENTS, {"page_size": "20"}))
    assert [t.id for t in listed.data.items] == [t["id"] for t in ours]
    assert [t.basic_info.name for t in listed.data.items] == [t["basic_info"]["name"] for t in ours]

    request = ListApplicationRequest.builder().page_size(5).page_token(listed.data.page_token)
    ids = sdk.hire.v1.application.list(request.build()).data.items
    found = GetApplicationRequest.builder().application_id(ids[0]).build()
    theirs = sdk.hire.v1.application.get(found).data.application
    path = f"open-apis/hire/v1/applications/{ids[0]}"
    one = data_of(client.get(path, where="one application"))["application"]
    assert (theirs.id, theirs.talent_id, theirs.modify_time, theirs.stage.zh_name) == (
        one["id"], one["talent_id"], one["modify_time"], one["stage"]["zh_name"],
    )  # fmt: skip
    entered = [time.enter_time for time in theirs.stage_time_list]
    assert entered == [time["enter_time"] for time in one["stage_time_list"]]


def test_the_vendors_sdk_searches_and_asks_for_several_ids_as_we_do(
    sdk: lark.Client, client: FeishuClient
) -> None:
    body = SearchEmployeeRequestBody.builder().fields(["person_info.legal_name"]).build()
    search = SearchEmployeeRequest.builder().page_size(100).request_body(body).build()
    theirs = sdk.corehr.v2.employee.search(search)
    assert theirs.success(), theirs.msg
    path, fields = "open-apis/corehr/v2/employees/search", {"fields": ["person_info.legal_name"]}
    _, ours = next(client.pages(path, {"page_size": "100"}, body=fields))
    assert [(e.employment_id, e.person_info.legal_name) for e in theirs.data.items] == [
        (e["employment_id"], e["person_info"]["legal_name"]) for e in ours
    ]

    _, interviews = next(client.pages("open-apis/hire/v1/interviews", {"page_size": "20"}))
    ids = [r["id"] for one in interviews for r in one["interview_record_list"]][:3]
    request = ListInterviewRecordRequest.builder().ids(ids).page_size(10).build()
    records = sdk.hire.v1.interview_record.list(request)
    assert records.success(), records.msg
    assert [record.id for record in records.data.items] == ids


def test_pages_follow_the_page_token_to_the_end(client: FeishuClient) -> None:
    pages = [items for _, items in client.pages(TALENTS, {"page_size": "20"})]
    ids = [talent["id"] for items in pages for talent in items]
    assert len(ids) == len(set(ids)) == 178
    assert [len(items) for items in pages] == [20] * 8 + [18]


def test_throttling_is_waited_out(client: FeishuClient, faults: Faults) -> None:
    faults(throttle_every=2)
    pages = list(client.pages(TALENTS, {"page_size": "20"}))
    assert sum(len(items) for _, items in pages) == 178
    assert faults()["fired"]["throttle_every"] >= 8


def test_both_forms_of_throttling_say_how_long_to_wait(
    settings: Settings, tenant: Service, faults: Faults
) -> None:
    once = checked_options("feishu", {**OPTIONS, "retry": {"attempts": 1}})
    faults(throttle_every=1, retry_after_seconds=7)
    seen = []
    with FeishuClient(settings, "feishu", once) as client:
        for _ in range(2):
            with pytest.raises(HttpError) as caught:
                client.get(TALENTS, {"page_size": "1"}, where="talents")
            error = caught.value
            seen.append((error.status, error.retry_class, error.code, error.retry_after))
    wait = (RetryClass.RETRY_AFTER, "99991400", 7)
    assert seen == [(429, *wait), (400, *wait)]


def test_a_token_withdrawn_between_pages_is_replaced(client: FeishuClient, faults: Faults) -> None:
    faults(reject_token_every=4)
    pages = list(client.pages(TALENTS, {"page_size": "20"}))
    assert sum(len(items) for _, items in pages) == 178
    told = faults()
    assert told["fired"]["reject_token_every"] >= 2
    assert told["tokens_issued"] == 1 + told["fired"]["reject_token_every"]


def test_a_wrong_secret_is_refused_at_once_and_never_shown(
    settings: Settings, tenant: Service
) -> None:
    (settings.secrets_dir / "wrong").write_text("WRONG-SECRET")
    options = checked_options("feishu", {**OPTIONS, "app_secret": "file:wrong"})
    with (
        FeishuClient(settings, "feishu", options) as client,
        pytest.raises(SourceAuthError) as caught,
    ):
        client.get(TALENTS, where="talents")
    assert "WRONG-SECRET" not in str(caught.value)


def test_a_code_other_than_0_is_a_failure_in_the_vendors_words(client: FeishuClient) -> None:
    with pytest.raises(HttpError) as caught:
        client.get(TALENTS, {"page_size": "9999"}, where="talents")
    error = caught.value
    assert error.retry_class is RetryClass.PERMANENT
    assert (error.code, error.message) == ("99992402", "field validation failed: page_size")
