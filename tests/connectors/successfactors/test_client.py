"""Upserts and read-backs: per-row results, batches, and answers that never come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.http import HttpError
from connectors.sandbox.company import Company
from connectors.sandbox.service import Service, control
from connectors.successfactors import ODataClient, SuccessFactorsOptions
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from tests.connectors.successfactors.conftest import OPTIONS

Switch = Callable[..., dict[str, Any]]
SET = "JobApplication"


@pytest.fixture
def client(settings: Settings, tenant: Service) -> Iterator[ODataClient]:
    with ODataClient(settings, "successfactors", SuccessFactorsOptions(**OPTIONS)) as client:
        yield client


@pytest.fixture
def keys(company: Company) -> list[str]:
    """Keys of the applications that the tenant shows."""
    shown = company.visible("application", company.clock_start)
    found: list[str] = shown["source_id"].to_pylist()
    return found


def test_rows_are_written_and_read_back(client: ODataClient, keys: list[str]) -> None:
    score = {"cust_tlOverallScore": 85.5, "cust_tlTag": "高潜力", "cust_tlScorers": 3}
    results = client.upsert(SET, [(keys[0], score), (keys[1], {"cust_tlTag": "无"})])
    assert [(r.ok, r.http_code, r.edit_status) for r in results] == [(True, 200, "UPSERTED")] * 2
    fields = ["cust_tlOverallScore", "cust_tlTag", "cust_tlScorers"]
    back = client.records(SET, [*keys[:3], "999"], fields)
    assert back[keys[0]] == {
        "applicationId": int(keys[0]), "cust_tlOverallScore": 85.5, "cust_tlTag": "高潜力",
        "cust_tlScorers": 3,
    }  # fmt: skip
    assert back[keys[1]]["cust_tlTag"] == "无"
    assert back[keys[2]]["cust_tlTag"] is None
    assert "999" not in back, "missing records are left out"


def test_reading_back_many_keys_takes_several_requests(
    client: ODataClient, keys: list[str]
) -> None:
    assert len(keys) > 150
    assert set(client.records(SET, keys, ["status"])) == set(keys)


def test_each_row_has_its_own_result(client: ODataClient, keys: list[str]) -> None:
    rows: list[tuple[str, dict[str, Any]]] = [
        (keys[0], {"cust_tlTag": "高潜力"}),
        ("999", {"cust_tlTag": "高潜力"}),
        (keys[1], {"cust_tlUnheard": "x"}),
        (keys[2], {"cust_tlOverallScore": "many"}),
        (keys[3], {"status": "2"}),
        (keys[4], {"cust_tlTag": "高潜力"}),
    ]
    results = client.upsert(SET, rows)
    assert [r.http_code for r in results] == [200, 404, 400, 400, 400, 200]
    assert [r.ok for r in results] == [True, False, False, False, False, True]
    assert "cust_tlUnheard" in results[2].message


def test_the_same_upsert_again_changes_nothing(client: ODataClient, keys: list[str]) -> None:
    rows = [(keys[0], {"cust_tlOverallScore": 85.5})]
    assert client.upsert(SET, rows)[0].edit_status == "UPSERTED"
    assert client.upsert(SET, [(keys[0], {"cust_tlOverallScore": "85.50"})])[0].edit_status == (
        "NOCHANGE"
    )


def test_a_lost_response_is_not_sent_again_and_was_applied(
    client: ODataClient, keys: list[str], faults: Switch
) -> None:
    faults(lose_response_every=1)
    with pytest.raises(HttpError) as caught:
        client.upsert(SET, [(keys[0], {"cust_tlTag": "高潜力"})])
    assert caught.value.maybe_applied
    assert faults()["fired"]["lose_response_every"] == 1
    assert client.records(SET, [keys[0]], ["cust_tlTag"])[keys[0]]["cust_tlTag"] == "高潜力"


def test_throttled_upserts_are_sent_again(
    client: ODataClient, keys: list[str], faults: Switch
) -> None:
    client.entity_type(SET)  # the metadata is not what is throttled
    faults(throttle_every=2)
    for number in range(4):
        assert client.upsert(SET, [(keys[number], {"cust_tlTag": "高潜力"})])[0].ok
    assert faults()["fired"]["throttle_every"] >= 2


def test_an_upsert_that_fails_at_the_server_may_have_been_applied(
    client: ODataClient, keys: list[str], faults: Switch
) -> None:
    client.entity_type(SET)
    faults(error_every=1)
    with pytest.raises(HttpError) as caught:
        client.upsert(SET, [(keys[0], {"cust_tlTag": "高潜力"})])
    assert caught.value.maybe_applied
    assert caught.value.status == 500
    assert "upsert of 1 JobApplication" in caught.value.where


def test_more_rows_than_the_tenant_takes_are_refused_as_a_whole(
    client: ODataClient, keys: list[str]
) -> None:
    with pytest.raises(HttpError, match="BadRequestException") as caught:
        client.upsert(SET, [(keys[0], {"cust_tlTag": str(n)}) for n in range(1001)])
    assert not caught.value.maybe_applied
    assert client.records(SET, keys[:1], ["cust_tlTag"])[keys[0]]["cust_tlTag"] is None


def test_business_rules_refuse_rows_and_not_requests(
    client: ODataClient, company: Company, faults: Switch
) -> None:
    table = company.visible("application", company.clock_start).to_pylist()
    by_state = {row["status_code"]: row["source_id"] for row in table}
    faults(refuse_closed=1)
    tag = {"cust_tlTag": "高潜力"}
    results = client.upsert(SET, [(by_state["open"], tag), (by_state["rejected"], tag)])
    assert [r.ok for r in results] == [True, False]
    assert "can no longer be changed" in results[1].message
    assert faults()["fired"]["refuse_closed"] == 1


def test_an_edit_by_a_person_shows_in_the_read_back(
    client: ODataClient, settings: Settings, keys: list[str]
) -> None:
    client.upsert(SET, [(keys[0], {"cust_tlTag": "高潜力"})])
    control(
        settings,
        "/sandbox/successfactors/edit",
        {"key": keys[0], "fields": {"cust_tlTag": "待观察"}},
    )
    assert client.records(SET, keys[:1], ["cust_tlTag"])[keys[0]]["cust_tlTag"] == "待观察"


def test_an_entity_set_that_the_tenant_lacks_is_named(client: ODataClient) -> None:
    with pytest.raises(ConfigError, match="no entity set Nonsense"):
        client.upsert("Nonsense", [("1", {})])


def test_a_key_that_cannot_be_one_is_refused_before_anything_is_sent(client: ODataClient) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        client.upsert(SET, [("1 or 1 eq 1", {"cust_tlTag": "x"})])
