"""Faults happen when they are switched on, are counted, and stop when they are switched off."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors import sandbox
from connectors.sandbox.kit import EVERY, LEVELS
from connectors.sandbox.successfactors.app import SuccessFactorsTenant

Get = Callable[..., Any]
LIST = "/odata/v2/JobApplication"


def _switch(http: httpx.Client, **wanted: object) -> None:
    http.post("/sandbox/successfactors/faults", json=wanted).raise_for_status()


def _fired(http: httpx.Client) -> dict[str, int]:
    found: dict[str, int] = http.get("/sandbox/successfactors/faults").json()["fired"]
    return found


def test_every_nth_request_is_throttled_until_the_switch_is_off(http: httpx.Client) -> None:
    _switch(http, throttle_every=3, retry_after_seconds=7)
    answers = [http.get(LIST) for _ in range(6)]
    assert [a.status_code for a in answers] == [200, 200, 429, 200, 200, 429]
    assert answers[2].headers["retry-after"] == "7"
    assert _fired(http) == {"throttle_every": 2}
    _switch(http)
    assert [http.get(LIST).status_code for _ in range(4)] == [200] * 4
    assert _fired(http) == {}


def test_values_may_come_as_text_from_a_command_line(http: httpx.Client) -> None:
    _switch(http, error_every="1")
    assert http.get(LIST).status_code == 500


@pytest.mark.parametrize("wanted", [{"thottle_every": 1}, {"error_every": "often"}])
def test_unknown_faults_are_refused_and_change_nothing(
    http: httpx.Client, wanted: dict[str, object]
) -> None:
    _switch(http, error_every=1)
    answer = http.post("/sandbox/successfactors/faults", json=wanted)
    assert answer.status_code == 400
    assert next(iter(wanted)) in answer.json()["error"]["message"]["value"]
    assert http.get("/sandbox/successfactors/faults").json()["on"] == {"error_every": 1.0}


def test_a_body_is_cut_but_its_length_is_right(http: httpx.Client) -> None:
    whole = http.get(LIST).content
    _switch(http, truncate_every=1)
    cut = http.get(LIST).content
    assert whole.startswith(cut)
    assert 0 < len(cut) < len(whole)


def test_an_html_page_comes_with_status_200(http: httpx.Client) -> None:
    _switch(http, wrong_type_every=1)
    answer = http.get(LIST)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def test_a_time_out_takes_its_time(http: httpx.Client) -> None:
    _switch(http, timeout_every=1, timeout_seconds=0.3)
    started = time.monotonic()
    http.get(LIST)
    assert time.monotonic() - started >= 0.3


def test_pages_repeat_a_row_on_request(http: httpx.Client, get: Get) -> None:
    _switch(http, duplicate_rows=1)
    first = get(customPageSize="2")
    second = http.get(first["__next"]).json()["d"]
    ids = [[r["applicationId"] for r in page["results"]] for page in (first, second)]
    assert ids == [["1", "2"], ["2", "3"]]
    assert _fired(http) == {"duplicate_rows": 1}


def test_a_lost_response_leaves_the_write_behind(http: httpx.Client, get: Get) -> None:
    _switch(http, lose_response_every=1)
    row = {"__metadata": {"uri": "JobApplication(1L)"}, "cust_tlTag": "x"}
    with pytest.raises(httpx.RemoteProtocolError):
        http.post("/odata/v2/upsert", json=[row])
    assert get(filter="applicationId eq 1L")["results"][0]["cust_tlTag"] == "x"
    assert _fired(http) == {"lose_response_every": 1}


def test_the_schema_changes_for_metadata_and_queries_alike(http: httpx.Client, get: Get) -> None:
    _switch(http, **{"rename:JobApplication.source": "channel", "remove:JobApplication.status": 1})
    document = http.get("/odata/v2/$metadata").text
    application = document.split('<EntityType Name="JobApplication">')[1].split("</EntityType>")[0]
    assert 'Name="channel"' in application
    assert 'Name="source"' not in application
    assert 'Name="status"' not in application
    assert get(select="channel", top="1")["results"][0]["channel"] == "内部推荐"
    assert http.get(LIST, params={"$select": "source"}).status_code == 400
    _switch(http)
    assert get(select="source", top="1")["results"][0]["source"] == "内部推荐"


def test_the_rate_limit_counts_per_second(http: httpx.Client) -> None:
    _switch(http, rate_limit=5)
    codes = [http.get(LIST).status_code for _ in range(8)]
    assert codes[:5] == [200] * 5
    assert 429 in codes[5:]
    assert _fired(http)["rate_limit"] == codes.count(429)


def test_rows_can_be_refused_for_business_reasons(http: httpx.Client) -> None:
    _switch(http, refuse_row_every=2)
    rows = [{"__metadata": {"uri": f"JobApplication({n}L)"}, "cust_tlTag": "x"} for n in (1, 2, 3)]
    results = http.post("/odata/v2/upsert", json=rows).json()["d"]
    assert [r["status"] for r in results] == ["OK", "ERROR", "OK"]


def test_every_fault_is_described() -> None:
    described = (Path(sandbox.__file__).parent / "README.md").read_text(encoding="utf-8")
    assert [
        name
        for name in (*EVERY, *LEVELS, *SuccessFactorsTenant.more_faults)
        if f"`{name}`" not in described
    ] == []
