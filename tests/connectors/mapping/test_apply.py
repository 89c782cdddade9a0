"""What becomes of rows: values, rejects, several records from one row, duplicates."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.mapping import FaultyRow, MappedPage
from talentloop.contracts import normalise_score
from talentloop.errors import ContractError

Mapped = Callable[..., MappedPage]
SEEN = datetime(2026, 11, 1, 12, tzinfo=UTC)


def offer(**fields: Any) -> dict[str, Any]:
    """A rule for offers: the least that the contract requires, and what is given."""
    base = {"application_id": "app", "status_code": "status"}
    return {"entity": "offer", "key": "id", "fields": {**base, **fields}}


def row(**more: Any) -> dict[str, Any]:
    return {"id": "1", "app": "A1", "status": "accepted", **more}


def test_values_come_by_path_constant_map_and_default(mapped: Mapped) -> None:
    rule = offer(
        version={"from": "steps[1].no"},
        status_code={"from": "state", "values": "states", "default": "draft"},
        decline_reason_code={"from": "why.code", "default": "unknown"},
        currency_code={"const": "CNY"},
        start_on={"from": "begin", "transform": "date_any(dmy, 50)"},
        base_salary="pay",
    )
    rows = [
        row(steps=[{"no": 1}, {"no": 2}], state=" 已接受 ", why={"code": "pay"}, begin="5-Jan-27",
            pay="12000.50"),
        row(id="2", steps=[], state="?", why=None, begin="", pay=None),
    ]  # fmt: skip
    result = mapped(rule, rows, value_maps={"states": {"已接受": "accepted"}})
    first, second = result.tables["offer"].to_pylist()
    assert result.rejects == []
    assert first["version"] == 2
    assert first["status_code"] == "accepted"
    assert first["decline_reason_code"] == "pay"
    assert first["start_on"] == date(2027, 1, 5)
    assert first["base_salary"] == 12000.5
    assert first["source_updated_at"] == SEEN  # no updated_at: the page's own time
    assert second["version"] == 1  # the contract's default
    assert second["status_code"] == "draft"
    assert second["decline_reason_code"] == "unknown"
    assert (second["start_on"], second["base_salary"]) == (None, None)
    assert first["currency_code"] == second["currency_code"] == "CNY"


def test_a_column_whose_name_has_dots_or_brackets_is_found(mapped: Mapped) -> None:
    rule = offer(decline_reason_code="Reason No.", currency_code="Pay [code]", version="a.b")
    made = mapped(rule, [row(**{"Reason No.": "x", "Pay [code]": "CNY", "a.b": 3})])
    record = made.tables["offer"].to_pylist()[0]
    assert (record["decline_reason_code"], record["currency_code"]) == ("x", "CNY")
    assert record["version"] == 3


@pytest.mark.parametrize("written", ["Yes", "yes", True, "true", "on"])
def test_an_unquoted_yes_in_a_value_map_means_every_spelling(mapped: Mapped, written: Any) -> None:
    rule = offer(status_code={"from": "left", "values": {True: "declined", False: "accepted"}})
    assert mapped(rule, [row(left=written)]).tables["offer"]["status_code"].to_pylist() == [
        "declined"
    ]


def test_ids_written_as_numbers_become_texts(mapped: Mapped) -> None:
    rows = [row(id=7, app=12.0), row(id=8, app=3.5), row(id="9", app="x")]
    made = mapped(offer(), rows)
    assert made.tables["offer"]["source_id"].to_pylist() == ["7", "8", "9"]
    assert made.tables["offer"]["application_id"].to_pylist() == ["12", "3.5", "x"]


def test_a_bad_row_is_told_apart_from_the_rest(mapped: Mapped) -> None:
    rule = offer(
        version={"from": "v"},
        extended_at={"from": "sent"},
        status_code={"from": "status", "values": {"ok": "accepted"}},
    )
    rows = [
        row(status="ok", v=1, sent="2026-01-01T00:00:00Z"),
        row(id="2", status="later", v=0, sent="2026-01-01T00:00:00", app=" "),
        row(id=None, status="ok", v=1, sent={"at": 1}),
    ]
    result = mapped(rule, rows)
    assert result.tables["offer"]["source_id"].to_pylist() == ["1"]
    told = {(r.record_id, r.field): r for r in result.rejects}
    assert {key: r.reason_code for key, r in told.items()} == {
        ("2", "application_id"): "missing",
        ("2", "status_code"): "unknown_value",
        ("2", "version"): "out_of_range",
        ("2", "extended_at"): "not_instant",
        ("row 4", "source_id"): "missing",
        ("row 4", "extended_at"): "not_a_value",
    }
    late = told["2", "status_code"]
    assert late.reason == "status_code: 'later' has no entry in the mapping's values"
    assert late.location == "offers.csv, row 3"
    assert late.remedy
    assert late.raw_row == rows[1]
    assert told["2", "version"].reason == "version: '0' is below 1"


def test_reasons_never_carry_a_personal_value(mapped: Mapped) -> None:
    rule = {
        "entity": "candidate",
        "key": "id",
        "fields": {
            "phone": {"from": "phone", "transform": "phone_e164"},
            "email": {"from": "mail", "transform": "email"},
            "gender": "sex",
            "birth_on": "born",
            "major": {"from": "subject", "values": {"CS": "cs"}},
        },
    }
    rows = [{"id": "1", "phone": "12-secret", "mail": "secret", "sex": "secret", "born": "secret",
             "subject": "li.secret@x.com"}]  # fmt: skip
    rejects = mapped(rule, rows).rejects
    assert {r.field for r in rejects} == {"phone", "email", "gender", "birth_on", "major"}
    assert not any("secret" in f"{r.reason}{r.remedy}{r.location}" for r in rejects)


def test_one_row_makes_several_records(mapped: Mapped) -> None:
    rule = {
        "entity": "dimension_score",
        "key": ["app", {"const": "{dim}"}],
        "where": {"{col}": {"not_null": True}},
        "for_each": [
            {"dim": "logic", "col": "c1", "top": 100}, {"dim": "culture", "col": "c2", "top": 5},
        ],
        "fields": {
            "application_id": "app",
            "dimension_code": {"const": "{dim}"},
            "score_raw": "{col}",
            "scale_max": {"const": "{top}"},
            "scorer_type": {"const": "person"},
            "scored_at": "at",
        },
    }  # fmt: skip
    at = "2026-01-01T00:00:00Z"
    rows = [
        {"app": "A", "c1": 85, "c2": "4", "at": at},
        {"app": "B", "c1": "", "c2": 2.5, "at": at},
    ]
    result = mapped(rule, rows)
    assert result.rejects == []
    scores = {r["source_id"]: r["score_0_1"] for r in result.tables["dimension_score"].to_pylist()}
    assert scores == {
        "A|logic": normalise_score(85, 0, 100),
        "A|culture": normalise_score(4, 0, 5),
        "B|culture": normalise_score(2.5, 0, 5),
    }


@pytest.mark.parametrize(
    ("raw", "low", "high", "code"), [(6, 1, 5, "outside_scale"), (3, 5, 5, "empty_scale")]
)
def test_a_score_off_its_scale_is_rejected_once(
    mapped: Mapped, raw: float, low: float, high: float, code: str
) -> None:
    rule = {
        "entity": "performance_review",
        "key": "id",
        "fields": {
            "employee_id": "id", "cycle_code": {"const": "2026"}, "review_type": {"const": "annual"},
            "finalised_at": {"const": "2026-01-01T00:00:00Z"}, "rating_raw": "rating",
            "scale_min": "low", "scale_max": "high",
        },
    }  # fmt: skip
    rows = [{"id": "1", "rating": raw, "low": low, "high": high}]
    result = mapped(rule, rows)
    assert [r.reason_code for r in result.rejects] == [code]
    assert result.tables["performance_review"].num_rows == 0


def test_a_filter_compares_as_text_and_takes_lists(mapped: Mapped) -> None:
    rule = {**offer(), "where": {"kind": [1, "b"], "live": True}}
    rows = [
        row(id="1", kind="1", live="Yes"), row(id="2", kind=1, live=True), row(id="3", kind="b"),
        row(id="4", kind="c", live=True),
    ]  # fmt: skip
    assert mapped(rule, rows).tables["offer"]["source_id"].to_pylist() == ["1", "2"]


def test_unmapped_fields_travel_in_ext(mapped: Mapped) -> None:
    rows = [row(cust_b="x", cust_a=1, cust_tl_score=9, other=2, cust_v=7), row(id="2", cust_a="")]
    rule = {**offer(version="cust_v"), "custom": {"prefix": "cust_", "exclude": ["cust_tl*"]}}
    first, second = mapped(rule, rows).tables["offer"]["ext"].to_pylist()
    assert json.loads(first) == {"cust_a": 1, "cust_b": "x"}
    assert second is None
    everything = mapped({**offer(), "custom": {"passthrough": True, "exclude": ["cust*"]}}, rows)
    assert json.loads(everything.tables["offer"]["ext"][0].as_py()) == {"other": 2}


def test_of_rows_with_one_key_the_newest_stays(mapped: Mapped) -> None:
    rule = {**offer(version="v"), "updated_at": "at"}
    at = "2026-01-0{}T00:00:00Z".format
    rows = [
        row(v=2, at=at(2)), row(v=1, at=at(1)),  # the older comes later
        row(id="2", v=1, at=at(1)), row(id="2", v=2, at=at(1)),  # equally new: the last
        row(id="3", v=1, at=at(1)), row(id="3", v=1, at=at(1)),  # equal
    ]  # fmt: skip
    result = mapped(rule, rows)
    kept = {r["source_id"]: r["version"] for r in result.tables["offer"].to_pylist()}
    assert kept == {"1": 2, "2": 2, "3": 1}
    assert (result.duplicates, result.superseded) == ({"offer": 1}, {"offer": 2})


def test_a_row_that_is_none_goes_to_quarantine_as_it_is(mapped: Mapped) -> None:
    rows = [row(), "nonsense", FaultyRow({"id": "3"}, "has 1 field, the header has 3")]
    result = mapped(offer(), rows)
    assert result.tables["offer"].num_rows == 1
    assert [(r.record_id, r.field, r.raw_row) for r in result.rejects] == [
        ("row 3", "(row)", {"value": "nonsense"}),
        ("row 4", "(row)", {"id": "3"}),
    ]
    assert result.rejects[1].reason == "the row has 1 field, the header has 3"


def test_a_required_field_gone_from_every_row_is_one_error(mapped: Mapped) -> None:
    rows = [{"id": str(i), "application": "A", "status": "accepted"} for i in range(10)]
    with pytest.raises(ContractError) as caught:
        mapped(offer(), rows)
    assert "'app'" in caught.value.what
    assert "application, id, status" in caught.value.remedy
    # Blank in every row is a matter of the rows, and so is a page too short to tell.
    assert len(mapped(offer(), [{**r, "app": ""} for r in rows]).rejects) == 10
    assert len(mapped(offer(), rows[:9]).rejects) == 9
    with pytest.raises(ContractError, match="'kind', read for a condition of offer"):
        mapped({**offer(), "where": {"kind": "x"}}, [{**r, "app": "A"} for r in rows])


def test_a_key_part_with_the_joint_inside_cannot_pass_for_another_key(mapped: Mapped) -> None:
    rule = {**offer(), "key": ["id", "app"]}
    result = mapped(rule, [row(id="a|b", app="c"), row(id="a", app="c")])
    assert result.tables["offer"]["source_id"].to_pylist() == ["a|c"]
    assert [r.reason_code for r in result.rejects] == ["bad_key"]


def test_an_empty_page_maps_to_empty_tables(mapped: Mapped) -> None:
    result = mapped(offer(), [])
    assert result.tables["offer"].num_rows == 0
    assert result.rejects == []
