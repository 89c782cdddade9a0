"""The wire forms of OData v2, case by case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from connectors.successfactors.metadata import EntityType, Metadata, Navigation, Property
from connectors.successfactors.odata import (
    entity_uri,
    instant_of,
    literal,
    page_of,
    row_decoder,
    wire_instant,
)

NOON = datetime(2026, 1, 3, 20, 0, 0, 999, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize(
    ("edm_type", "value", "written"),
    [
        ("Edm.String", "O'Neil", "'O''Neil'"),
        ("Edm.Int64", "12", "12L"),
        ("Edm.Int64", 12, "12L"),
        ("Edm.Int32", "7", "7"),
        ("Edm.Boolean", "True", "true"),
        ("Edm.DateTimeOffset", NOON, "datetimeoffset'2026-01-03T12:00:00Z'"),
        ("Edm.DateTime", NOON, "datetime'2026-01-03T12:00:00'"),
    ],
)
def test_literals_are_written_as_the_type_wants(edm_type: str, value: object, written: str) -> None:
    assert literal(edm_type, value) == written


@pytest.mark.parametrize(
    ("edm_type", "value"),
    [
        ("Edm.Int64", "12 or 1 eq 1"),
        ("Edm.Boolean", "maybe"),
        ("Edm.Binary", "x"),
        ("Edm.String", NOON),
        ("Edm.DateTime", datetime(2026, 1, 3)),  # noqa: DTZ001 - the point of the case
    ],
)
def test_what_has_no_literal_is_refused(edm_type: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"literal|zone|hold|invalid"):
        literal(edm_type, value)


@pytest.mark.parametrize(
    ("wire", "instant"),
    [
        ("/Date(1583107200000)/", datetime(2020, 3, 2, tzinfo=UTC)),
        ("/Date(1618796144000+0000)/", datetime(2021, 4, 19, 1, 35, 44, tzinfo=UTC)),
        # The milliseconds are UTC already; the offset must not be applied again.
        ("/Date(1618796144000+0800)/", datetime(2021, 4, 19, 1, 35, 44, tzinfo=UTC)),
        ("/Date(-86400000)/", datetime(1969, 12, 31, tzinfo=UTC)),
        ("/Date(253402214400000)/", datetime(9999, 12, 31, tzinfo=UTC)),
    ],
)
def test_dates_on_the_wire(wire: str, instant: datetime) -> None:
    assert instant_of(wire) == instant
    assert instant_of(wire_instant(instant)) == instant


def _entity() -> tuple[Metadata, EntityType]:
    types = {
        "id": "Edm.Int64", "pay": "Edm.Decimal", "at": "Edm.DateTimeOffset", "n": "Edm.Int32",
        "name": "Edm.String", "ok": "Edm.Boolean",
    }  # fmt: skip
    child = EntityType("Child", ("id",), {"id": Property("id", "Edm.Int64")})
    properties = {name: Property(name, kind) for name, kind in types.items()}
    properties["on"] = Property("on", "Edm.DateTime", is_date_only=True)
    links = {"one": Navigation("one", "Child", False), "many": Navigation("many", "Child", True)}
    parent = EntityType("Parent", ("id", "name"), properties, links)
    return Metadata({"Parents": parent}, {"Parent": parent, "Child": child}), parent


def test_a_row_becomes_plain_python() -> None:
    decode = row_decoder(*_entity())
    wire: dict[str, Any] = {
        "__metadata": {"uri": "x"},
        "id": "130166",
        "pay": "200.20",
        "at": "/Date(1618796144000+0000)/",
        "on": "/Date(1583107200000)/",
        "n": 3,
        "name": "Zhang",
        "ok": True,
        "one": {"__metadata": {}, "id": "1"},
        "many": {"results": [{"id": "2"}, {"id": "3"}]},
    }
    assert decode(wire) == {
        "id": 130166, "pay": 200.2, "at": "2021-04-19T01:35:44Z", "on": "2020-03-02", "n": 3,
        "name": "Zhang", "ok": True, "one": {"id": 1}, "many": [{"id": 2}, {"id": 3}],
    }  # fmt: skip


def test_nulls_and_links_not_expanded() -> None:
    decode = row_decoder(*_entity())
    wire = {"id": None, "at": None, "one": None, "many": {"__deferred": {"uri": "x"}}}
    assert decode(wire) == {"id": None, "at": None, "one": None}


def test_a_value_that_is_not_what_its_type_says_stays_for_the_contract_to_judge() -> None:
    decode = row_decoder(*_entity())
    wire = {"id": "abc", "pay": "n/a", "at": "yesterday", "on": 5}
    assert decode(wire) == wire


def test_addresses_of_records() -> None:
    _, parent = _entity()
    single = EntityType("S", ("id",), parent.properties)
    text = EntityType("T", ("name",), parent.properties)
    assert entity_uri("JobApplication", single, "123") == "JobApplication(123L)"
    assert entity_uri("User", text, "o'neil") == "User('o''neil')"
    assert entity_uri("P", parent, {"id": 1, "name": "a"}) == "P(id=1L,name='a')"
    with pytest.raises(ValueError, match="parts id, name"):
        entity_uri("P", parent, "1")


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"d": []}, {"d": {}}, {"d": {"results": {}}}, {"d": {"results": [1]}},
     {"d": {"results": [], "__next": 5}}],
)  # fmt: skip
def test_what_is_not_a_page_is_refused(body: object) -> None:
    with pytest.raises(ValueError, match=r"page|link"):
        page_of(body)


def test_a_page_has_rows_and_perhaps_a_link() -> None:
    assert page_of({"d": {"results": [{"a": 1}], "__next": "u"}}) == ([{"a": 1}], "u")
    assert page_of({"d": {"results": []}}) == ([], None)
