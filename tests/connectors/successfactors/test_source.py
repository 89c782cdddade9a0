"""Reading the stand-in tenant over HTTP: all of it, what changed, and nothing twice."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from connectors.base import SourceConnector
from connectors.http.address import sandbox_secret
from connectors.sandbox.company import Company
from connectors.sandbox.service import control
from connectors.sandbox.successfactors.schema import tenant_schema
from connectors.successfactors import SuccessFactorsSource
from talentloop.errors import ConfigError, SourceAuthError, SourceError
from talentloop.settings import Settings
from tests.connectors.quick import RETRY
from tests.connectors.successfactors.conftest import identity

START = datetime(2026, 11, 1, tzinfo=UTC)
Make = Callable[..., SuccessFactorsSource]
SMALL = {
    "entity_sets": {
        "JobApplication": {
            "key": ["applicationId"],
            "cursor": "lastModifiedDateTime",
            "page_size": 17,
        }
    }
}


def rows_of(source: SourceConnector, stream: str, since: datetime | None = None) -> list[Any]:
    return [row for page in source.read(stream, since) for row in page.rows]


def ids(company: Company, entity: str, at: datetime = START) -> list[str]:
    found: list[str] = company.visible(entity, at)["source_id"].to_pylist()
    return found


def test_every_stream_is_read_to_its_end(source: SuccessFactorsSource, company: Company) -> None:
    assert len(source.streams()) == 15
    for stream in source.streams():
        entity_set = tenant_schema()[stream]
        got = [identity(stream, row) for row in rows_of(source, stream)]
        assert sorted(got) == sorted(ids(company, entity_set.entity)), stream


def test_pages_follow_the_servers_links(make_source: Make, company: Company) -> None:
    pages = list(make_source(**SMALL).read("JobApplication", None))
    total = len(ids(company, "application"))
    assert [len(page.rows) for page in pages[:-1]] == [17] * (total // 17)
    assert [page.first_row for page in pages] == [1 + 17 * n for n in range(len(pages))]
    assert pages[2].where == "successfactors JobApplication page 3"
    assert len(orjson.loads(pages[0].raw)["d"]["results"]) == 17


def test_pages_carry_the_tenants_clock_and_not_ours(
    source: SuccessFactorsSource, settings: Settings
) -> None:
    assert settings.clock.now() != START
    assert {page.observed_at for page in source.read("JobOffer", None)} == {START}
    control(settings, "/sandbox/clock", {"advance_days": 1.5})
    later = START + timedelta(days=1.5)
    assert {page.observed_at for page in source.read("JobOffer", None)} == {later}


def test_all_pages_of_a_read_carry_the_time_of_the_first(
    make_source: Make, settings: Settings
) -> None:
    """Time passes at the tenant while we read: the cursor must not run ahead of the first page."""
    pages = make_source(**SMALL).read("JobApplication", None)
    seen = [next(pages).observed_at]
    control(settings, "/sandbox/clock", {"advance_days": 1})
    seen += [page.observed_at for page in pages]
    assert len(seen) > 5
    assert set(seen) == {START}


def test_after_some_days_exactly_what_changed_is_read(
    source: SuccessFactorsSource, company: Company, settings: Settings
) -> None:
    control(settings, "/sandbox/clock", {"advance_days": 20})
    now = START + timedelta(days=20)
    changed = 0
    for stream in source.streams():
        entity_set = tenant_schema()[stream]
        table = company.visible(entity_set.entity, now).to_pylist()
        since = START - timedelta(minutes=10)  # the overlap
        expected = sorted(r["source_id"] for r in table if r["source_updated_at"] >= since)
        got = [identity(stream, row) for row in rows_of(source, stream, START)]
        assert sorted(got) == expected, stream
        assert len(got) < len(table) or not table
        changed += len(got)
    assert changed > 40


def test_the_overlap_reads_again_what_was_changed_just_before(
    make_source: Make, company: Company
) -> None:
    table = company.visible("stage_event", START).to_pylist()
    last = max(row["source_updated_at"] for row in table)
    since = last + timedelta(minutes=30)
    stream = "JobApplicationStatusAuditTrail"
    assert rows_of(make_source(overlap_minutes=10), stream, since) == []
    again = rows_of(make_source(overlap_minutes=30), stream, since)
    assert len(again) == sum(row["source_updated_at"] == last for row in table) > 0


def test_rows_are_plain_python(source: SuccessFactorsSource, company: Company) -> None:
    row = next(r for r in rows_of(source, "JobRequisition") if r["closedDateTime"])
    truth = next(
        r
        for r in company.visible("requisition", START).to_pylist()
        if r["source_id"] == str(row["jobReqId"])
    )
    assert isinstance(row["jobReqId"], int)
    assert row["numberOpenings"] == truth["headcount"]
    assert row["targetFillDate"] == truth["target_fill_on"].isoformat()
    closed = datetime.fromisoformat(row["closedDateTime"])
    assert closed == truth["closed_at"]
    assert row["closedDateTime"].endswith("Z")
    assert row["hiringManager"] == [{"usersSysId": truth["hiring_manager_id"]}]
    assert row["cust_isTest"] is truth["is_test"]
    assert not any(name.startswith("__") for name in row)


def test_only_what_the_mapping_reads_is_asked_for(source: SuccessFactorsSource) -> None:
    chosen = source.selection("JobApplication").select
    assert "jobAppStatus/appStatusName" in chosen
    assert not any(name.startswith("cust_tl") for name in chosen), "our own fields would echo"
    candidate = source.selection("Candidate").select
    assert "cust_relocation" in candidate, "the tenant's own fields pass through"


def test_a_tenant_without_a_mapped_property_is_one_clear_error(
    source: SuccessFactorsSource, faults: Callable[..., Any]
) -> None:
    faults(
        **{"rename:JobApplication.applicationDate": "appliedOn", "remove:JobApplication.source": 1}
    )
    with pytest.raises(ConfigError, match="2 of the properties") as caught:
        rows_of(source, "JobApplication")
    assert "JobApplication.applicationDate (for application.applied_at)" in caught.value.where
    assert "JobApplication.source (for application.source_channel_code)" in caught.value.where
    assert "mapping" in caught.value.remedy


def test_a_cursor_of_another_type_is_refused(make_source: Make) -> None:
    wrong = {"key": ["formDataId"], "cursor": "formLastModifiedDate"}
    source = make_source(entity_sets={"FormHeader": wrong})
    with pytest.raises(ConfigError, match=r"Edm\.DateTime, configured is Edm\.DateTimeOffset"):
        rows_of(source, "FormHeader", START)


def test_a_link_to_a_foreign_host_is_not_followed(
    make_source: Make, faults: Callable[..., Any]
) -> None:
    faults(foreign_next=1)
    pages = make_source(**SMALL).read("JobApplication", None)
    next(pages)
    with pytest.raises(SourceError, match=r"collector\.example") as caught:
        next(pages)
    assert "page 2" in caught.value.where
    assert faults()["fired"]["foreign_next"] == 1


@pytest.mark.parametrize("wrong", [{"company_id": "other"}, {"client_id": "other"}])
def test_a_wrong_client_is_refused_at_once(
    make_source: Make, faults: Callable[..., Any], wrong: dict[str, str]
) -> None:
    with pytest.raises(SourceAuthError) as caught:
        rows_of(make_source(**wrong), "JobOffer")
    assert "access token" in caught.value.where
    assert faults()["tokens_issued"] == 0


def test_a_wrong_assertion_is_refused_and_not_repeated_in_the_error(
    make_source: Make, settings: Settings
) -> None:
    (settings.secrets_dir / "wrong.txt").write_text("WRONG-ASSERTION")
    with pytest.raises(SourceAuthError) as caught:
        rows_of(make_source(assertion_file="wrong.txt"), "JobOffer")
    assert "WRONG-ASSERTION" not in str(caught.value)


def test_threads_share_one_token(source: SuccessFactorsSource, faults: Callable[..., Any]) -> None:
    def read() -> None:
        rows_of(source, "JobOffer")

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults()["tokens_issued"] == 1


def test_a_token_withdrawn_between_pages_is_replaced(
    make_source: Make, faults: Callable[..., Any], company: Company
) -> None:
    faults(reject_token_every=5)
    rows = rows_of(make_source(**SMALL), "JobApplication")
    assert len(rows) == len(ids(company, "application"))
    told = faults()
    assert told["fired"]["reject_token_every"] >= 2
    assert told["tokens_issued"] == 1 + told["fired"]["reject_token_every"]


def test_neither_token_nor_assertion_is_ever_logged(
    source: SuccessFactorsSource,
    settings: Settings,
    faults: Callable[..., Any],
    spoken: Callable[[], str],
) -> None:
    faults(reject_token_every=3, throttle_every=4)
    rows_of(source, "Candidate")
    (kept,) = (settings.secrets_dir / "tokens").glob("*.json")
    token = json.loads(kept.read_text())["value"]
    assertion = (settings.secrets_dir / sandbox_secret("successfactors")).read_text().strip()
    everything = spoken()
    assert "oauth/token" in everything
    assert "stream_read" in everything
    for secret in (token, assertion):
        assert len(secret) > 30
        assert secret not in everything


def test_a_source_that_is_down_is_tried_so_often_and_no_more(
    make_source: Make, spoken: Callable[[], str]
) -> None:
    free = "http://127.0.0.1:9"  # the discard port: nothing listens there
    source = make_source(base_url=free, assertion_file=sandbox_secret("successfactors"))
    with pytest.raises(SourceError, match="did not answer") as caught:
        rows_of(source, "JobOffer")
    assert "successfactors" in caught.value.where
    assert spoken().count("http_retry") == RETRY["attempts"] - 1


def test_a_stream_that_is_not_mapped_is_named(source: SuccessFactorsSource) -> None:
    with pytest.raises(ConfigError, match="Nonsense"):
        rows_of(source, "Nonsense")


def test_streams_can_be_chosen(make_source: Make) -> None:
    assert make_source(streams=["JobOffer", "Candidate"]).streams() == ["Candidate", "JobOffer"]
