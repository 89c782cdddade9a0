"""The small company with an agency's list: quality, rest, decisions, and what leaves the room."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from bench.identity import exact_components
from connectors.sandbox import agency
from connectors.sandbox.company import CLOCK_START, simulate
from ml import identity
from ml.identity import decisions
from ml.identity.features import RECORD_COLUMNS
from ml.identity.links import newest_links
from ml.identity.measure import RECORDS, pairwise
from ml.identity.results import Quality
from talentloop import ops, warehouse
from talentloop.errors import ConfigError
from talentloop.ops import proposals
from talentloop.settings import Settings

META = "select timestamptz '2026-11-01 00:00:00+00' as as_of, 'by-hand' as dbt_invocation_id"
SCHEMA = pa.schema(
    [(n, pa.date32() if n == "birth_on" else pa.string()) for n in RECORD_COLUMNS]
)  # fmt: skip


def company_records() -> tuple[pa.Table, dict[str, str]]:
    """Candidates and the agency's people, as the restricted copy holds them; the true persons."""
    company = simulate("test")
    entries = agency.agency_entries(company)
    codes = {label: code for code, label in agency._DEGREES.items()}
    rows: list[dict[str, Any]] = [
        {**row, "record_id": f"candidate:{company.source}:{row['source_id']}"}
        for row in company.visible("candidate", CLOCK_START).to_pylist()
    ]
    rows += [
        {"record_id": f"candidate:{agency.SOURCE}:{agency.entry_id(i)}", "full_name": entry.name,
         "email": entry.email, "phone": entry.phone, "birth_on": entry.birth_on,
         "education_level_code": codes.get(entry.degree), "major": entry.major}
        for i, entry in enumerate(entries, start=1)
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows, SCHEMA).sort_by("record_id")
    component = table["record_id"].take(pa.array(exact_components(table)))
    place = SCHEMA.get_field_index("exact_component_id")
    table = table.set_column(place, SCHEMA.field(place), component)
    return table, {**agency.true_persons(company), **agency.listed_persons(entries)}


def publish(settings: Settings, records: pa.Table) -> None:
    """A published copy that holds nothing but the records."""
    file = settings.warehouse_file
    (file.parent / "dbt").mkdir(parents=True, exist_ok=True)
    (file.parent / "dbt" / "manifest.json").write_text('{"nodes": {}}')
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as db:
        db.execute("create schema marts; create schema restricted")
        db.execute(f"create table marts.meta_build as {META}")
        db.register("records", records)
        db.execute(f"create table restricted.{RECORDS} as select *, '' as person_key from records")
    warehouse.publish(settings)


@pytest.fixture(scope="module")
def resolved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict[str, str], Any]:
    """A home in which the small company was resolved once."""
    settings = Settings(home=tmp_path_factory.mktemp("identity") / "home", now=CLOCK_START)
    ops.migrate(settings)
    records, truth = company_records()
    publish(settings, records)
    return settings, truth, identity.resolve(settings)


def persons(settings: Settings) -> dict[str, str]:
    """The person of each record: its exact component, with the links in force taken in."""
    component = decisions.published_components(settings)
    above = {name: name for name in component.values()}

    def of(name: str) -> str:
        return name if above[name] == name else of(above[name])

    for (a, b), link in newest_links(settings).items():
        if link.decision in ("auto", "approved"):
            ends = sorted((of(component[a]), of(component[b])))
            above[ends[1]] = ends[0]
    return {record: of(name) for record, name in component.items()}


def test_the_planted_duplicates_are_found_and_the_look_alikes_left(
    resolved: tuple[Settings, dict[str, str], Any],
) -> None:
    settings, truth, result = resolved
    exact = pairwise(decisions.published_components(settings), truth)
    found = pairwise(persons(settings), truth)
    assert found.true > 50
    assert result.auto > 40
    assert exact.recall is not None
    assert exact.recall < 0.3
    assert found.precision is not None
    assert found.precision >= 0.99
    assert found.recall is not None
    assert found.recall >= 0.95


def test_the_same_records_land_nothing_and_the_same_model_links_nothing_new(
    resolved: tuple[Settings, dict[str, str], Any],
) -> None:
    settings, _, first = resolved
    again = identity.resolve(settings, seen_version=first.data_version)
    assert again.skipped
    anew = identity.resolve(settings)
    assert (anew.auto, anew.proposed, anew.landed) == (first.auto, first.proposed, 0)


def test_links_and_evidence_hold_levels_and_weights_and_nothing_personal(
    resolved: tuple[Settings, dict[str, str], Any],
) -> None:
    settings, _, _ = resolved
    records, _ = company_records()
    private = {
        value
        for name in ("full_name", "email", "phone", "national_id_hash")
        for value in records[name].to_pylist() if value
    }  # fmt: skip
    said = [json.dumps([dict(r) for r in link.reasons]) for link in newest_links(settings).values()]
    rows = proposals.proposals(settings, "person_merge")
    said += [json.dumps([row.change, row.evidence], ensure_ascii=False) for row in rows]
    assert len(said) > 50
    assert not [value for value in private for text in said if value in text]
    weights = [link for link in newest_links(settings).values() if link.reasons]
    assert {reason["comparison"] for link in weights for reason in link.reasons} >= {
        "name",
        "birth",
    }
    files = [p for p in settings.home.rglob("*") if p.is_file() and "secrets" not in p.parts]
    plain = [p for p in files if p.suffix in (".log", ".json", ".parquet", ".db")]
    some = next(v for v in records["email"].to_pylist() if v).strip().encode()
    assert plain
    assert not [p for p in plain if some in p.read_bytes()]


def test_a_person_approves_rejects_and_splits_and_the_model_keeps_to_it(
    resolved: tuple[Settings, dict[str, str], Any],
) -> None:
    settings, _, _ = resolved
    waiting = proposals.proposals(settings, "person_merge", state="pending")
    yes, no = waiting[0], waiting[1]
    identity.decide(settings, yes.id, "approved", "Li Lei")
    identity.decide(settings, no.id, "rejected", "Li Lei")
    joined = next(p for p, link in newest_links(settings).items() if link.decision == "auto")
    assert identity.split(settings, *joined, "Li Lei") >= 1
    after = persons(settings)
    assert after[joined[0]] != after[joined[1]]
    assert after[yes.change["record_a"]] == after[yes.change["record_b"]]
    identity.resolve(settings)
    links: Mapping[Any, Any] = newest_links(settings)
    assert links[joined].decision == "withdrawn"
    assert links[joined].decided_by == "person"
    assert links[yes.change["record_a"], yes.change["record_b"]].decision == "approved"
    assert links[no.change["record_a"], no.change["record_b"]].decision == "rejected"
    still = {row.subject for row in proposals.proposals(settings, "person_merge", state="pending")}
    assert not still & {yes.subject, no.subject, " | ".join(joined)}
    assert persons(settings)[joined[0]] != persons(settings)[joined[1]]


def test_a_decision_needs_a_name_and_a_split_two_linked_records(
    resolved: tuple[Settings, dict[str, str], Any],
) -> None:
    settings, _, _ = resolved
    component = decisions.published_components(settings)
    exact = next((r, c) for r, c in component.items() if r != c)
    with pytest.raises(ConfigError, match="needs the name"):
        identity.split(settings, *exact, " ")
    with pytest.raises(ConfigError, match="share an exact identifier"):
        identity.split(settings, *exact, "Li Lei")
    with pytest.raises(ConfigError, match="no record"):
        identity.split(settings, "candidate:x:1", "candidate:x:2", "Li Lei")
    with pytest.raises(ConfigError, match="no such proposal"):
        identity.decide(settings, 99_999, "approved", "Li Lei")


def test_pairs_are_counted_by_hand() -> None:
    """Four records; truly a b c are one person. Joined are a b and c d: of two pairs one is right,
    of three true pairs one is found."""
    quality = pairwise({"a": 1, "b": 1, "c": 2, "d": 2}, {"a": "x", "b": "x", "c": "x", "d": "y"})
    assert quality == Quality(joined=2, true=3, right=1)
    assert quality.precision == 0.5
    assert quality.recall == pytest.approx(1 / 3)


def test_a_truth_file_that_holds_no_truth_is_refused(tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_text("[]")
    with pytest.raises(ConfigError, match="cannot be read"):
        identity.read_truth(tmp_path / "truth.json")
