"""Contracts, suites and dbt speak of the same entities and columns."""

from __future__ import annotations

import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations.facts import LoadFacts, fact_expectations
from expectations.frames import hidden_columns
from expectations.knowledge import REFERENCES, RULES
from expectations.policy import load_policy
from expectations.rules import Batch
from expectations.suites import entity_suite
from expectations.tables import EXPORTS, TableSpec, feature_table
from talentloop.contracts import ENTITIES, landing_schema
from talentloop.settings import PROJECT_ROOT, Settings
from tests.expectations.batches import OBSERVED, SOURCE

DBT = PROJECT_ROOT / "dbt" / "models"
MODELS = ("performance_6m", "probation_attrition")
TABLES: list[TableSpec] = [
    *map(feature_table, MODELS),
    *(spec for specs in EXPORTS.values() for spec in specs),
]

#: References to people of the other side of the table, which the platform only carries along.
CARRIED = {
    ("employee", "manager_id"), ("stage_event", "actor_id"),
    ("dimension_score", "scorer_id"), ("performance_review", "reviewer_id"),
    ("employment_event", "from_org_unit_id"), ("employment_event", "to_org_unit_id"),
}  # fmt: skip


@lru_cache(maxsize=1)
def dbt_documents() -> list[dict[str, Any]]:
    return [yaml.safe_load(p.read_text()) or {} for p in sorted(DBT.rglob("*.yml"))]


def dbt_columns(kind: str, name: str) -> list[str] | None:
    """Columns of a dbt model, or of a table of a dbt source."""
    for document in dbt_documents():
        tables = document.get("models", [])
        if kind != "models":
            found = [s for s in document.get("sources", []) if s["name"] == kind]
            tables = [t for source in found for t in source["tables"]]
        for table in tables:
            if table["name"] == name:
                return [column["name"] for column in table.get("columns", [])]
    return None


@pytest.fixture
def large(settings: Settings) -> Batch:
    """A batch in which every rule has enough rows to judge."""
    return Batch(1_000, SOURCE, "L", OBSERVED, load_policy(settings))


def columns_of(expectation: Any) -> set[str]:
    named = {getattr(expectation, n, None) for n in ("column", "column_A", "column_B")} - {None}
    return named | set(getattr(expectation, "column_list", None) or [])


def test_every_entity_has_rules_references_and_a_suite(large: Batch) -> None:
    assert set(RULES) == set(REFERENCES) == set(ENTITIES)
    for entity in ENTITIES:
        assert len(entity_suite(entity, large).expectations) >= 15


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_column_of_a_suite_is_in_the_contract(large: Batch, entity: str) -> None:
    suite = entity_suite(entity, large)
    used = set().union(*(columns_of(e) for e in suite.expectations))
    contract = set(landing_schema(ENTITIES[entity]).names)
    assert used <= contract
    required = {f.name for f in landing_schema(ENTITIES[entity]) if not f.nullable}
    assert required <= used


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_landed_source_of_dbt_has_the_columns_of_the_contract(entity: str) -> None:
    assert dbt_columns("landing", entity) == landing_schema(ENTITIES[entity]).names


@pytest.mark.parametrize("spec", TABLES, ids=lambda spec: spec.name)
def test_a_table_at_a_door_out_has_the_columns_of_its_dbt_model(spec: TableSpec) -> None:
    assert dbt_columns("models", spec.name) == list(spec.columns)


def test_every_reference_of_a_contract_is_followed_or_known_to_be_carried_along() -> None:
    named = {
        (entity, name)
        for entity, model in ENTITIES.items()
        for name in model.model_fields
        if name.endswith("_id") and name not in ("source_id", "load_id")
    }
    followed = {(entity, column) for entity, found in REFERENCES.items() for column in found}
    assert followed <= named
    assert named - followed <= CARRIED
    assert {target for found in REFERENCES.values() for target in found.values()} <= set(ENTITIES)


def test_facts_are_all_judged_or_there_to_be_read(large: Batch) -> None:
    for entity, references in REFERENCES.items():
        facts = LoadFacts(10, 100, 1, 1, 0.5, dict.fromkeys(references, 0), frozenset())
        used = set().union(*(columns_of(e) for e in fact_expectations(entity, facts, large)))
        judged = set(facts.frame().columns)
        if entity not in large.policy.freshness_days:
            judged -= {"newest_change_age_days"}
        assert used == judged


def test_no_check_can_see_a_persons_words() -> None:
    seen = {
        (entity, name)
        for entity, model in ENTITIES.items()
        for name, info in model.model_fields.items()
        if dict(info.json_schema_extra or {}).get("class") == "identity"  # type: ignore[arg-type]
        and name not in hidden_columns(model)
    }
    assert seen == set()
    assert {"ethnicity", "marital_status", "citizenship"} <= hidden_columns(ENTITIES["candidate"])


def test_checks_load_great_expectations_only_when_they_run() -> None:
    code = "import sys, expectations; print('great_expectations' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert found.stdout.strip() == "False"
