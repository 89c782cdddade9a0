"""The vendor's own SDK as a witness: it reads the stand-in as our client does, and takes what we sign.

Importing the SDK takes seconds and half a million objects: only this file does, and only when its
tests run, as every process of a test run reads all files.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from connectors.feishu.assessments import assessment_of
from connectors.feishu.client import FeishuClient, data_of
from connectors.http.callbacks import CallbackRefusedError, challenge
from connectors.sandbox.feishu.access import APP_ID
from connectors.sandbox.service import Service
from talentloop.settings import Settings
from tests.connectors.http.test_callbacks import EVENT, LARK, NOW, lark_post, lower

Faults = Callable[..., dict[str, Any]]
TALENTS = "open-apis/hire/v1/talents"


def secret_of(settings: Settings) -> str:
    return (settings.secrets_dir / "sandbox_feishu.secret").read_text().strip()


@pytest.fixture
def sdk(settings: Settings, tenant: Service, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The vendor's SDK, pointed at the stand-in; its token cache is its own in every test."""
    import lark_oapi as lark
    from lark_oapi.core.cache import LocalCache
    from lark_oapi.core.token import TokenManager

    monkeypatch.setattr(TokenManager, "cache", LocalCache())
    builder = lark.Client.builder().app_id(APP_ID).app_secret(secret_of(settings))
    client = builder.domain(tenant.url).log_level(lark.LogLevel.ERROR).build()
    client._config.domain = f"{tenant.url}/feishu"  # its builder takes no path
    return client


def test_the_vendors_sdk_gets_a_token_where_we_do(
    sdk: Any, settings: Settings, faults: Faults, client: FeishuClient
) -> None:
    from lark_oapi.api.auth.v3 import (
        InternalTenantAccessTokenRequest,
        InternalTenantAccessTokenRequestBody,
    )

    body = InternalTenantAccessTokenRequestBody.builder()
    body = body.app_id(APP_ID).app_secret(secret_of(settings)).build()
    request = InternalTenantAccessTokenRequest.builder().request_body(body).build()
    assert sdk.auth.v3.tenant_access_token.internal(request).success()
    client.get(TALENTS, where="talents")
    assert faults()["tokens_issued"] == 2


def test_the_vendors_sdk_and_our_client_read_the_same(sdk: Any, client: FeishuClient) -> None:
    from lark_oapi.api.hire.v1 import (
        GetApplicationRequest,
        ListApplicationRequest,
        ListTalentRequest,
    )

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
    sdk: Any, client: FeishuClient
) -> None:
    from lark_oapi.api.corehr.v2 import SearchEmployeeRequest, SearchEmployeeRequestBody
    from lark_oapi.api.hire.v1 import ListInterviewRecordRequest

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


def test_the_sdk_knows_every_field_of_the_assessment_that_we_send() -> None:
    from lark_oapi.api.hire.v1 import ExternalInterviewAssessment

    body = assessment_of({"conclusion": 3, "score_logic": 78.0}, {"logic": "逻辑思维"})
    known = ExternalInterviewAssessment(dict(body))
    assert [(d.title, d.score) for d in known.assessment_dimension_list] == [("逻辑思维", 78)]
    assert set(body) <= set(vars(known))


def lark_oracle(headers: dict[str, str], body: bytes) -> tuple[int, bytes, list[Any]]:
    """Status and content of the answer of Feishu's library to a post, and the events it handed on."""
    import lark_oapi as lark
    from lark_oapi.core.model import RawRequest

    seen: list[Any] = []
    handler = (
        lark.EventDispatcherHandler.builder("an encrypt key", "verification")
        .register_p2_customized_event("hire.stage", seen.append)
        .build()
    )
    request = RawRequest()
    request.uri, request.headers, request.body = "/", headers, body
    answer = handler.do(request)
    return answer.status_code, answer.content, seen


def test_feishus_library_takes_what_we_sign_and_encrypt_and_so_do_we() -> None:
    headers, body = lark_post(EVENT)
    status, _, seen = lark_oracle(headers, body)
    assert status == 200
    assert seen[0].event == {"application_id": "6949"}
    assert LARK.open(lower(headers), body, now=NOW) == EVENT


def test_feishu_and_we_refuse_the_same_forgeries() -> None:
    headers, body = lark_post(EVENT)
    for forged in (
        {**headers, "X-Lark-Signature": "0" * 64},
        {**headers, "X-Lark-Request-Nonce": "n2"},
    ):
        assert lark_oracle(forged, body)[0] == 500
        with pytest.raises(CallbackRefusedError, match="not signed"):
            LARK.open(lower(forged), body, now=NOW)
    wrong = {**EVENT, "header": {**EVENT["header"], "token": "guess"}}  # type: ignore[dict-item]
    headers, body = lark_post(wrong)
    assert lark_oracle(headers, body)[0] == 500
    with pytest.raises(CallbackRefusedError, match="not signed"):
        LARK.open(lower(headers), body, now=NOW)


def test_feishus_question_is_answered_without_a_signature_but_not_without_the_token() -> None:
    question = {"type": "url_verification", "challenge": "c1", "token": "verification"}
    _, body = lark_post(question)
    assert challenge(LARK.open({}, body, now=NOW)) == "c1"
    assert json.loads(lark_oracle({}, body)[1]) == {"challenge": "c1"}
    _, body = lark_post({**question, "token": "guess"})
    with pytest.raises(CallbackRefusedError):
        LARK.open({}, body, now=NOW)
