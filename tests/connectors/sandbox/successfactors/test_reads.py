"""Queries as the vendor answers them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

Get = Callable[..., Any]


@pytest.fixture
def http(shared_http: httpx.Client) -> httpx.Client:
    """These tests change nothing: one tenant serves them all."""
    return shared_http


def _ids(answer: Any) -> list[str]:
    return [row["applicationId"] for row in answer["results"]]


def test_values_have_the_vendors_wire_forms(get: Get, http: httpx.Client) -> None:
    row = get(filter="applicationId eq 1L", expand="jobAppStatus")["results"][0]
    assert row["applicationId"] == "1"
    assert row["candidateId"] == "101"
    assert row["applicationDate"] == "/Date(1790841600000+0000)/"  # 2026-10-01 08:00
    assert row["source"] == "内部推荐"
    assert row["appStatusSetItemId"] == "102"
    assert row["jobAppStatus"] == {"appStatusId": "102", "appStatusName": "简历筛选"}
    assert row["cust_isProspect"] is False
    assert row["cust_tlOverallScore"] is None
    assert row["__metadata"] == {
        "uri": f"{http.base_url}/odata/v2/JobApplication(1L)", "type": "SFOData.JobApplication",
    }  # fmt: skip


def test_only_selected_properties_come_and_links_are_deferred(get: Get) -> None:
    row = get(select="applicationId,jobAppStatus", top="1")["results"][0]
    assert set(row) == {"__metadata", "applicationId", "jobAppStatus"}
    assert set(row["jobAppStatus"]) == {"__deferred"}
    expanded = get(select="applicationId,jobAppStatus/appStatusName", expand="jobAppStatus")
    assert set(expanded["results"][0]["jobAppStatus"]) == {"appStatusName"}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("applicationId eq 2L", ["2"]),
        ("applicationId in 1L,3L", ["1", "3"]),
        ("applicationId in (1L, 3L)", ["1", "3"]),
        ("applicationId eq 1L or applicationId eq 3", ["1", "3"]),
        ("applicationId ge 2L and applicationId lt 3L", ["2"]),
        ("(applicationId eq 1L or applicationId eq 2L) and source eq '校园招聘'", ["2"]),
        ("lastModifiedDateTime ge datetimeoffset'2026-10-23T00:00:00Z'", ["2", "3"]),
        ("lastModifiedDateTime gt datetimeoffset'2026-10-23T00:00:00Z'", ["3"]),
        ("applicationDate le datetimeoffset'2026-10-01T16:00:00+08:00'", ["1", "2", "3"]),
        ("source ne '内部推荐'", ["2", "3"]),
        ("cust_isProspect eq true", []),
    ],
)  # fmt: skip
def test_filters(get: Get, expression: str, expected: list[str]) -> None:
    assert _ids(get(filter=expression)) == expected


@pytest.mark.parametrize(
    "expression",
    ["", "applicationId", "applicationId eq", "applicationId like 'x'", "(applicationId eq 1L",
     "applicationId eq 1L applicationId", "applicationId eq $", "nothing eq 1",
     "cust_firstContactDateTime ge 'text'", "source ge 5"],
)  # fmt: skip
def test_filters_that_make_no_sense_are_refused(http: httpx.Client, expression: str) -> None:
    answer = http.get("/odata/v2/JobApplication", params={"$filter": expression or " "})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"].startswith("COE_")


def test_an_unknown_skiptoken_is_refused(http: httpx.Client) -> None:
    for token in ("nonsense", "feed.5", "feed.-1"):
        answer = http.get("/odata/v2/JobApplication", params={"$skiptoken": token})
        assert answer.status_code == 400


def test_a_property_that_does_not_exist_is_named(http: httpx.Client) -> None:
    answer = http.get("/odata/v2/JobApplication", params={"$select": "applicationId,colour"})
    assert answer.status_code == 400
    assert answer.json()["error"] == {
        "code": "COE_PROPERTY_NOT_FOUND",
        "message": {
            "lang": "en-US", "value": "[COE0021]Invalid property names: JobApplication/colour.",
        },
    }  # fmt: skip


def test_unknown_sets_and_options_are_refused(http: httpx.Client) -> None:
    assert http.get("/odata/v2/Nonsense").status_code == 404
    assert http.get("/odata/v2/JobApplication", params={"$skip": "5"}).status_code == 400
    assert http.get("/odata/v2/JobApplication", params={"$top": "0"}).status_code == 400


def test_nobody_reads_without_a_token(http: httpx.Client) -> None:
    for headers in ({}, {"Authorization": "Bearer guess"}, {"Authorization": "Basic x"}):
        answer = httpx.get(
            f"{http.base_url}/odata/v2/JobApplication", headers=headers, trust_env=False
        )
        assert answer.status_code == 401


def test_metadata_is_a_document_of_its_own(http: httpx.Client) -> None:
    answer = http.get("/odata/v2/$metadata")
    assert answer.headers["content-type"].startswith("application/xml")
    assert '<EntityType Name="JobApplication">' in answer.text
