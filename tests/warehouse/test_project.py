"""What the dbt project promises about itself: descriptions, classes, contracts, size."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any, get_args

import pytest

from talentloop.contracts import ENTITIES, DataClass, landing_schema
from talentloop.settings import PROJECT_ROOT
from tests.warehouse.landed import Warehouse, rows_of

DBT = PROJECT_ROOT / "dbt"
Node = dict[str, Any]


@pytest.fixture(scope="module")
def manifest(warehouse: Warehouse) -> dict[str, Any]:
    """dbt's own picture of the project."""
    found: dict[str, Any] = json.loads((warehouse.target / "manifest.json").read_text())
    return found


@pytest.fixture(scope="module")
def models(manifest: dict[str, Any]) -> list[Node]:
    """All models."""
    nodes = manifest["nodes"].values()
    found = [node for node in nodes if node["resource_type"] == "model"]
    assert len(found) > 80
    return found


def class_of(column: Node) -> str | None:
    """A column's class for access control."""
    found: str | None = column["config"]["meta"].get("class")
    return found


def built_columns(warehouse: Warehouse) -> dict[str, list[str]]:
    """Columns that the build really made, by schema and relation."""
    columns: dict[str, list[str]] = {}
    query = "select table_schema, table_name, column_name from information_schema.columns order by ordinal_position"
    for schema, name, column in rows_of(warehouse.refreshed, query):
        columns.setdefault(f"{schema}.{name}", []).append(column)
    return columns


def test_every_model_says_its_grain_and_key_first(models: list[Node]) -> None:
    unclear = [
        node["name"]
        for node in models
        if not node["description"].startswith("One row")
        or " key " not in node["description"].split(". ")[0]
    ]
    assert unclear == []


def test_every_column_is_described_and_classed(warehouse: Warehouse, models: list[Node]) -> None:
    built = built_columns(warehouse)
    wrong = []
    for node in models:
        described = node["columns"]
        if list(described) != built[f"{node['schema']}.{node['name']}"]:
            wrong.append(f"{node['name']}: columns differ from those built")
        for name, column in described.items():
            if not column["description"].strip() or class_of(column) not in get_args(DataClass):
                wrong.append(f"{node['name']}.{name}")
    assert wrong == []


def test_marts_hold_no_name_contact_or_protected_attribute(models: list[Node]) -> None:
    marts = [node for node in models if node["schema"] == "marts"]
    assert len(marts) > 25
    private = [
        f"{node['name']}.{name}"
        for node in marts
        for name, column in node["columns"].items()
        if class_of(column) in ("identity", "protected", "compensation")
    ]
    assert private == []


def test_marts_have_enforced_contracts(models: list[Node]) -> None:
    loose = [
        node["name"]
        for node in models
        if node["schema"] in ("marts", "restricted") and not node["config"]["contract"]["enforced"]
    ]
    assert loose == []


def test_sources_are_the_contracts(manifest: dict[str, Any]) -> None:
    sources = {
        source["name"]: list(source["columns"])
        for source in manifest["sources"].values()
        if source["source_name"] == "landing"
    }
    assert sources == {name: landing_schema(model).names for name, model in ENTITIES.items()}


def test_a_column_keeps_the_class_that_its_contract_gave_it(models: list[Node]) -> None:
    """What a contract calls identity, protected or pay stays so wherever it goes under its name."""
    sensitive = {
        field.name: field.metadata[b"class"].decode()
        for model in ENTITIES.values()
        for field in landing_schema(model)
        if field.metadata
        and field.metadata[b"class"] in (b"identity", b"protected", b"compensation")
    }
    assert {"full_name", "gender", "base_salary"} <= sensitive.keys()
    changed = [
        f"{node['name']}.{name}"
        for node in models
        for name, column in node["columns"].items()
        if name in sensitive and class_of(column) != sensitive[name]
    ]
    assert changed == []


def test_files_stay_small_and_hold_sql_and_yaml_only() -> None:
    lengths = [len(path.read_text().splitlines()) for path in DBT.rglob("models/**/*.sql")]
    assert max(lengths) <= 150
    assert statistics.median(lengths) <= 40
    assert list(DBT.rglob("*.py")) == []
    assert not (DBT / "__init__.py").exists()


def test_every_model_has_its_own_yaml_beside_it() -> None:
    alone = [
        path.name
        for path in DBT.rglob("models/**/*.sql")
        if not Path(path).with_suffix(".yml").exists()
    ]
    assert alone == []
