"""Reading both tenants over HTTP: all that the company has, what changed, and nothing twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pytest

from connectors.base import SourceConnector
from connectors.ingest import ingest
from connectors.mapping import apply_mapping, load_mapping
from connectors.mapping.load import Mapping
from connectors.passes import Passes
from connectors.sandbox.company import Company
from connectors.sandbox.service import Service, control
from talentloop.errors import ConfigError, SourceError
from talentloop.settings import Settings
from tests.connectors.kingdee.conftest import (
    APPLICATIONS,
    COSMIC,
    K3CLOUD,
    NUMBER,
    Open,
    Switch,
    rows_of,
    small_pages,
)

START = datetime(2026, 11, 1, tzinfo=UTC)
CONNECTORS = Path(__file__).resolve().parents[3] / "connectors"
ENTITIES = {
    "org_unit", "requisition", "candidate", "application", "employee", "performance_review",
}  # fmt: skip


def mapping_of(system: str) -> Mapping:
    return load_mapping(CONNECTORS / system / "mapping.yaml")


def mapped(source: SourceConnector, stream: str, rules: Mapping) -> tuple[str, pa.Table]:
    """The entity of a stream, and its records; every row must fit."""
    tables = []
    for page in source.read(stream, None):
        result = apply_mapping(rules.stream(stream), page, source.name)
        assert result.rejects == []
        tables += result.tables.values()
    (entity,) = rules.stream(stream).entities
    return entity, pa.concat_tables(tables).sort_by("source_id")


def test_every_field_of_every_record_is_what_the_company_has(
    system: str, open_source: Open, company: Company
) -> None:
    source, rules, seen = open_source(system), mapping_of(system), set()
    for stream in source.streams():
        entity, got = mapped(source, stream, rules)
        want = company.visible(entity, START).sort_by("source_id")
        assert got.num_rows == want.num_rows > 0
        for name in set(want.schema.names) - {"source", "ext", "email"}:
            assert got[name].to_pylist() == want[name].to_pylist(), f"{entity}.{name}"
        if "email" in want.schema.names:  # the company holds one with a space behind it
            addresses = [text and text.strip() for text in want["email"].to_pylist()]
            assert got["email"].to_pylist() == addresses
        seen.add(entity)
    assert seen == ENTITIES


def test_the_tenants_own_fields_travel_in_ext(system: str, open_source: Open) -> None:
    stream = {K3CLOUD: "TL_Requisition", COSMIC: "requisition"}[system]
    _, table = mapped(open_source(system), stream, mapping_of(system))
    name = {K3CLOUD: "F_PAEZ_Project", COSMIC: "kdec_project"}[system]
    assert all(orjson.loads(text)[name].startswith("PRJ-") for text in table["ext"].to_pylist())


def test_after_some_days_exactly_what_changed_is_read(
    system: str, open_source: Open, company: Company, settings: Settings
) -> None:
    source, rules = open_source(system), mapping_of(system)
    control(settings, "/sandbox/clock", {"advance_days": 20})
    since, changed = START - timedelta(minutes=10), 0
    for stream in source.streams():
        (entity,) = rules.stream(stream).entities
        table = company.visible(entity, START + timedelta(days=20)).to_pylist()
        expected = sorted(r["source_id"] for r in table if r["source_updated_at"] >= since)
        got = sorted(str(row[NUMBER[system]]) for row in rows_of(source, stream, START))
        assert got == expected, stream
        assert len(got) < len(table)
        changed += len(got)
    assert changed > 20


def test_pages_carry_the_tenants_clock_of_their_first_answer(
    system: str, open_source: Open, settings: Settings
) -> None:
    pages = open_source(system, **small_pages(system, 40)).read(APPLICATIONS[system], None)
    seen = [next(pages).observed_at]
    control(settings, "/sandbox/clock", {"advance_days": 1})
    seen += [page.observed_at for page in pages]
    assert len(seen) > 3
    assert set(seen) == {START}


@pytest.mark.parametrize("paging", ["key", "start_row", "page"])
def test_records_that_come_and_change_while_pages_are_read_take_none_away(
    paging: str, open_source: Open, settings: Settings, company: Company
) -> None:
    system = COSMIC if paging == "page" else K3CLOUD
    source = open_source(system, **small_pages(system, 23, paging))
    rows = []
    for number, page in enumerate(source.read(APPLICATIONS[system], None)):
        rows += page.rows
        if number in (1, 3):
            control(settings, "/sandbox/clock", {"advance_days": 9})
    before = set(company.visible("application", START)["source_id"].to_pylist())
    assert before <= {str(row[NUMBER[system]]) for row in rows}
    versions = Counter(orjson.dumps(row) for row in rows)
    assert max(versions.values()) == 1


@pytest.mark.parametrize("wanted", ["shift_every", "duplicate_rows"])
@pytest.mark.parametrize("paging", ["start_row", "page"])
def test_pages_that_shift_lose_and_double_nothing(
    paging: str, wanted: str, open_source: Open, faults: Switch
) -> None:
    system = COSMIC if paging == "page" else K3CLOUD
    stream = APPLICATIONS[system]
    undisturbed = rows_of(open_source(system), stream)
    faults(system, **{wanted: 3 if wanted == "shift_every" else 1})
    rows = rows_of(open_source(system, **small_pages(system, 17, paging)), stream)
    assert faults(system)["fired"][wanted] >= 3
    number = NUMBER[system]
    assert sorted(row[number] for row in rows) == sorted(row[number] for row in undisturbed)


def test_a_list_that_never_comes_to_rest_is_an_error() -> None:
    passes, sizes = Passes("a list", 3), []
    with pytest.raises(SourceError, match="kept shifting") as caught:
        for number, size in enumerate(passes):
            sizes.append(size)
            passes.page([number])
            passes.page([])
    assert sizes == [3, 2, 1, 1, 1, 1]
    assert caught.value.where == "a list"


def test_a_list_of_one_page_is_read_once() -> None:
    passes = Passes("a list", 3)
    assert [passes.page([1, 2]) for _ in passes] == [None]


def test_a_form_without_a_mapped_field_is_one_clear_error(
    open_source: Open, faults: Switch
) -> None:
    faults(K3CLOUD, **{"rename:TL_Application.F_TL_AppliedAt": "F_TL_When",
                       "remove:TL_Application.F_TL_Candidate.FNumber": 1})  # fmt: skip
    with pytest.raises(ConfigError, match="2 of the fields") as caught:
        rows_of(open_source(K3CLOUD), "TL_Application")
    assert "TL_Application.F_TL_AppliedAt (for application.applied_at)" in caught.value.where
    assert "TL_Application.F_TL_Candidate.FNumber" in caught.value.where


def test_without_the_check_the_tenant_itself_names_the_field(
    open_source: Open, faults: Switch
) -> None:
    faults(K3CLOUD, **{"remove:TL_Application.F_TL_AppliedAt": 1})
    with pytest.raises(SourceError) as caught:
        rows_of(open_source(K3CLOUD, check_fields=False), "TL_Application")
    assert "F_TL_AppliedAt" in str(getattr(caught.value, "message", ""))


def test_a_lost_service_field_is_named_by_the_mapping(open_source: Open, faults: Switch) -> None:
    faults(COSMIC, **{"rename:application.tl_applied_at": "applied_at"})
    source, rules = open_source(COSMIC), mapping_of(COSMIC)
    with pytest.raises(Exception, match="tl_applied_at"):
        mapped(source, "application", rules)


def test_both_queries_of_k3cloud_bring_the_same(open_source: Open) -> None:
    lists = rows_of(open_source(K3CLOUD), "BD_Empinfo")
    assert rows_of(open_source(K3CLOUD, query="BillQuery"), "BD_Empinfo") == lists
    assert len(lists) > 100


def test_entry_fields_ask_for_row_numbers(open_source: Open, monkeypatch: Any) -> None:
    """Rows of one record that stand on two pages would be lost when paging by FID."""
    source = open_source(K3CLOUD)
    client = source.client  # type: ignore[attr-defined]
    single = client.query

    def doubled(*args: Any, **options: Any) -> Any:
        answer, rows = single(*args, **options)
        return answer, [row for row in rows for _ in range(2)]

    monkeypatch.setattr(client, "query", doubled)
    with pytest.raises(SourceError, match="ascending FID") as caught:
        rows_of(source, "BD_Department")
    assert "start_row" in caught.value.remedy


def test_a_form_whose_inner_id_has_another_name_is_read_by_it(
    open_source: Open, faults: Switch
) -> None:
    expected = rows_of(open_source(K3CLOUD), "BD_Department")
    faults(K3CLOUD, **{"rename:BD_Department.FID": "FDEPTID"})
    named = open_source(K3CLOUD, id_fields={"BD_Department": "FDEPTID"}, page_size=5)
    found = rows_of(named, "BD_Department")
    assert [row["FDEPTID"] for row in found] == [row["FID"] for row in expected]


def test_filters_of_a_stream_are_put_before_the_cursor(open_source: Open) -> None:
    source = open_source(K3CLOUD, filters={"BD_Department": "FForbidStatus = 'A'"})
    condition = source.query("BD_Department", START).condition()  # type: ignore[attr-defined]
    assert condition == "(FForbidStatus = 'A') and FModifyDate >= '2026-11-01 07:50:00'"


def test_the_example_lands_what_the_company_has_and_then_only_news(
    system: str, settings: Settings, tenants: Service, company: Company
) -> None:
    first = ingest(settings, system)
    for entity in ENTITIES:
        assert first.counts(entity).landed == company.visible(entity, START).num_rows, entity
    assert first.totals()["quarantined"] == 0
    again = ingest(settings, system)
    assert again.totals()["landed"] == 0
    control(settings, "/sandbox/clock", {"advance_days": 20})
    later = ingest(settings, system)
    assert 0 < later.totals()["landed"] < first.totals()["landed"]
