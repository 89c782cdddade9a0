"""The connector's own mapping gives back what the HR system holds."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import orjson
import pyarrow as pa
import pytest

from connectors.mapping import apply_mapping, load_mapping
from connectors.sandbox.company import Company
from connectors.sandbox.service import control
from connectors.successfactors import SuccessFactorsSource
from connectors.successfactors.source import MAPPING
from talentloop.settings import Settings

START = datetime(2026, 11, 1, tzinfo=UTC)
#: Trimmed by the mapping, or told apart only in canonical form.
_TIDIED = {"email": lambda v: v and v.strip(), "interviewer_ids": lambda v: v or None}


def _mapped(source: SuccessFactorsSource, stream: str) -> tuple[str, pa.Table, list[Any]]:
    mapping = load_mapping(MAPPING).stream(stream)
    tables, rejects = [], []
    for page in source.read(stream, None):
        result = apply_mapping(mapping, page, source.name)
        tables += result.tables.values()
        rejects += result.rejects
    (entity,) = mapping.entities
    return entity, pa.concat_tables(tables), rejects


def _plain(name: str, value: Any) -> Any:
    value = _TIDIED[name](value) if name in _TIDIED else value
    return pytest.approx(value, abs=1e-6) if isinstance(value, float) else value


def _as_job_rows(events: pa.Table) -> pa.Table:
    """Employment events named by day and number within it; a job row tells not from where."""
    rows = events.sort_by([("source_created_at", "ascending"), ("source_id", "ascending")])
    numbers: Counter[tuple[Any, Any]] = Counter()
    named = []
    for row in rows.to_pylist():
        day = (row["employee_id"], row["effective_on"])
        numbers[day] += 1
        named.append(f"{day[0]}|{day[1]}|{numbers[day]}")
    for name, column in {
        "source_id": pa.array(named),
        "from_org_unit_id": pa.nulls(len(rows), pa.string()),
    }.items():
        at = rows.schema.get_field_index(name)
        rows = rows.set_column(at, rows.schema.field(name), column)
    return rows


def test_every_field_of_every_record_comes_back(
    source: SuccessFactorsSource, company: Company
) -> None:
    seen = set()
    for stream in source.streams():
        entity, got, rejects = _mapped(source, stream)
        want = company.visible(entity, START)
        want = _as_job_rows(want) if stream == "EmpJob" else want
        assert rejects == []
        assert got.schema.names == want.schema.names
        assert got.num_rows == want.num_rows > 0
        got, want = got.sort_by("source_id"), want.sort_by("source_id")
        for name in want.schema.names:
            expected = [_plain(name, value) for value in want[name].to_pylist()]
            assert got[name].to_pylist() == expected, f"{entity}.{name}"
        seen.add(entity)
    made_elsewhere = {
        "answer", "answer_evidence", "code_verdict", "interview_report", "person_link",
        "prediction", "screening_result",
    }  # fmt: skip
    assert seen == set(company.tables) - made_elsewhere


def test_what_we_wrote_does_not_come_back_as_news(
    source: SuccessFactorsSource, settings: Settings, company: Company
) -> None:
    before = _mapped(source, "JobApplication")[1].sort_by("source_id").to_pylist()
    key = before[0]["source_id"]
    fields = {"cust_tlTag": "高潜力", "cust_tlOverallScore": "85.5"}
    assert control(settings, "/sandbox/successfactors/edit", {"key": key, "fields": fields})[
        "changed"
    ]
    after = _mapped(source, "JobApplication")[1].sort_by("source_id").to_pylist()
    assert after[0]["source_updated_at"] == START != before[0]["source_updated_at"]
    for row in (*before, *after):
        del row["source_updated_at"]
    assert after == before


def test_the_tenants_own_fields_travel_in_ext(source: SuccessFactorsSource) -> None:
    candidates = _mapped(source, "Candidate")[1]["ext"].to_pylist()
    found = [orjson.loads(text) for text in candidates if text]
    assert {tuple(ext) for ext in found} == {("cust_relocation",)}
    requisitions = _mapped(source, "JobRequisition")[1]["ext"].to_pylist()
    assert all(orjson.loads(text)["cust_projectCode"].startswith("PRJ-") for text in requisitions)
