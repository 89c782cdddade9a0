"""Clock, writes and edits: what a tenant keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from connectors.sandbox.service import running
from talentloop.settings import Settings
from tests.connectors.sandbox.successfactors.conftest import COMPANY, sign_in

Get = Callable[..., Any]
NOV_1 = "/Date(1793491200000+0000)/"
NOV_3 = "/Date(1793664000000+0000)/"


def _upsert(http: httpx.Client, *rows: Any) -> list[Any]:
    answer = http.post("/odata/v2/upsert", json=list(rows))
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["d"]
    return found


def _row(key: str, **fields: Any) -> dict[str, Any]:
    return {"__metadata": {"uri": f"JobApplication({key})"}, **fields}


def test_the_clock_stands_still_until_it_is_moved(http: httpx.Client) -> None:
    for _ in range(2):
        assert http.get("/sandbox/health").headers["date"] == "Sun, 01 Nov 2026 00:00:00 GMT"
    moved = http.post("/sandbox/clock", json={"advance_days": 2})
    assert moved.json()["now"] == "2026-11-03T00:00:00+00:00"
    assert http.get("/sandbox/health").headers["date"] == "Tue, 03 Nov 2026 00:00:00 GMT"


@pytest.mark.parametrize("days", [0, -1, "x", None, 1e9])
def test_the_clock_only_goes_forward(http: httpx.Client, days: object) -> None:
    assert http.post("/sandbox/clock", json={"advance_days": days}).status_code == 400


def test_a_later_version_shows_when_its_time_has_come(http: httpx.Client, get: Get) -> None:
    select = "applicationId,appStatusSetItemId,lastModifiedDateTime"
    assert get(filter="applicationId eq 2L")["results"][0]["appStatusSetItemId"] == "102"
    http.post("/sandbox/clock", json={"advance_days": 1})
    changed = get(filter="lastModifiedDateTime ge datetimeoffset'2026-11-01T00:00:00Z'",
                  select=select)["results"]  # fmt: skip
    assert [(r["applicationId"], r["appStatusSetItemId"]) for r in changed] == [("2", "103")]
    assert changed[0]["lastModifiedDateTime"] == "/Date(1793577600000+0000)/"


def test_pages_are_handed_out_from_a_snapshot(get: Get, http: httpx.Client) -> None:
    first = get(customPageSize="2", inlinecount="allpages", select="applicationId")
    assert ([r["applicationId"] for r in first["results"]], first["__count"]) == (["1", "2"], "3")
    http.post("/sandbox/clock", json={"advance_days": 10}).raise_for_status()
    second = http.get(first["__next"]).json()["d"]
    assert [r["applicationId"] for r in second["results"]] == ["3"], (
        "a record added meanwhile must not shift the pages"
    )
    assert "__next" not in second
    assert len(get()["results"]) == 4


@pytest.mark.parametrize(
    "changes", [{"assertion": "x"}, {"company_id": "x"}, {"client_id": "x"}, {"grant_type": "x"}]
)
def test_tokens_are_for_the_registered_client_only(
    settings: Settings, http: httpx.Client, changes: dict[str, str]
) -> None:
    assert sign_in(settings, http, **changes).status_code == 401


def test_a_write_moves_the_cursor_and_no_change_does_not(http: httpx.Client, get: Get) -> None:
    http.post("/sandbox/clock", json={"advance_days": 2})
    assert _upsert(http, _row("3L", cust_tlTag="a"))[0]["editStatus"] == "UPSERTED"
    assert get(filter="applicationId eq 3L")["results"][0]["lastModifiedDateTime"] == NOV_3
    http.post("/sandbox/clock", json={"advance_days": 2})
    assert _upsert(http, _row("3L", cust_tlTag="a"))[0]["editStatus"] == "NOCHANGE"
    row = get(filter="applicationId eq 3L")["results"][0]
    assert (row["cust_tlTag"], row["lastModifiedDateTime"]) == ("a", NOV_3)


def test_results_come_row_by_row_in_the_vendors_form(http: httpx.Client) -> None:
    rows = [_row("1L", cust_tlOverallScore="80.50"), _row("9L"), {"cust_tlTag": "x"}, "text"]
    results = _upsert(http, *rows)
    assert results[0] == {
        "key": "1", "status": "OK", "editStatus": "UPSERTED", "message": None, "index": 0,
        "httpCode": 200, "inlineResults": None,
    }  # fmt: skip
    assert [r["httpCode"] for r in results] == [200, 404, 400, 400]
    assert [r["status"] for r in results] == ["OK", "ERROR", "ERROR", "ERROR"]
    assert [r["index"] for r in results] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("cust_tlOverallScore", "80.50", "80.5"),
        ("cust_tlOverallScore", 80, "80"),
        ("cust_tlPerf6mProbability", 0.123456, "0.1235"),
        ("cust_tlScorers", 4, "4"),
        ("cust_tlScoredAt", "/Date(1793491200000)/", "/Date(1793491200000)/"),
        ("cust_tlPerf6mAdvice", "模型建议：七成", "模型建议：七成"),
        ("cust_tlTag", None, None),
    ],
)
def test_values_are_kept_in_the_form_of_their_type(
    http: httpx.Client, get: Get, field: str, value: object, kept: object
) -> None:
    assert _upsert(http, _row("1L", **{field: value}))[0]["httpCode"] == 200
    assert get(filter="applicationId eq 1L", select=field)["results"][0][field] == kept


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cust_tlOverallScore", "high"),
        ("cust_tlScorers", 1.5),
        ("cust_tlScoredAt", "2026-11-01"),
        ("cust_tlTag", 5),
        ("cust_tlTag", "x" * 4001),
        ("status", "2"),
        ("colour", "red"),
    ],
)
def test_values_that_do_not_fit_refuse_the_row_and_nothing_of_it_stays(
    http: httpx.Client, get: Get, field: str, value: object
) -> None:
    row = _row("1L", **{"cust_tlRuleVersion": "v1", field: value})
    assert _upsert(http, row)[0]["httpCode"] == 400
    kept = get(filter="applicationId eq 1L", select="cust_tlRuleVersion,lastModifiedDateTime")
    assert kept["results"][0]["cust_tlRuleVersion"] is None
    assert kept["results"][0]["lastModifiedDateTime"] != NOV_1


def test_a_single_object_may_be_sent_instead_of_a_list(http: httpx.Client) -> None:
    answer = http.post("/odata/v2/upsert", json=_row("1L", cust_tlTag="x"))
    assert [r["status"] for r in answer.json()["d"]] == ["OK"]


def test_clock_and_written_values_survive_a_restart(settings: Settings) -> None:
    for turn in range(2):
        with (
            running(settings, COMPANY) as service,
            httpx.Client(base_url=service.url, trust_env=False) as http,
        ):
            token = sign_in(settings, http).json()["access_token"]
            http.headers["Authorization"] = f"Bearer {token}"
            if turn == 0:
                http.post("/sandbox/clock", json={"advance_days": 2}).raise_for_status()
                _upsert(http, _row("1L", cust_tlTag="高潜力"))
            else:
                assert http.get("/sandbox/health").json()["now"].startswith("2026-11-03")
                query = {"$filter": "cust_tlTag eq '高潜力'"}
                found = http.get("/odata/v2/JobApplication", params=query).json()["d"]["results"]
                assert [row["applicationId"] for row in found] == ["1"]
                assert found[0]["lastModifiedDateTime"] == NOV_3


def test_a_person_edits_by_hand(http: httpx.Client, get: Get) -> None:
    _upsert(http, _row("1L", cust_tlTag="高潜力"))
    edit = {"entity": "JobApplication", "key": "1", "fields": {"cust_tlTag": "待观察"}}
    assert http.post("/sandbox/successfactors/edit", json=edit).json() == {"changed": True}
    assert get(filter="applicationId eq 1L")["results"][0]["cust_tlTag"] == "待观察"
    assert http.post("/sandbox/successfactors/edit", json={**edit, "key": "99"}).status_code == 404
    assert (
        http.post("/sandbox/successfactors/edit", json={**edit, "fields": {"x": 1}}).status_code
        == 400
    )
