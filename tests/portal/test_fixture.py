"""The small company has the columns of the warehouse, so that pages cannot pass on other ones."""

from __future__ import annotations

import yaml

from talentloop.settings import PROJECT_ROOT, Settings
from talentloop.warehouse import open_published

MARTS = {
    path.stem: path for path in (PROJECT_ROOT / "dbt" / "models" / "marts").glob("*.yml")
}  # fmt: skip
#: Columns of the warehouse that no page reads yet.
UNREAD = {
    "talent_profile": {
        "performance_6m_probability", "performance_6m_lower", "performance_6m_upper",
        "probation_attrition_probability", "probation_attrition_lower",
        "probation_attrition_upper",
    },
}  # fmt: skip


def _relations(settings: Settings) -> dict[str, set[str]]:
    with open_published(settings) as db:
        found = db.sql("select table_name, column_name from information_schema.columns").to_pylist()
    relations: dict[str, set[str]] = {}
    for row in found:
        relations.setdefault(row["table_name"], set()).add(row["column_name"])
    return relations


def test_every_relation_of_the_fixture_is_one_of_the_warehouse(running: Settings) -> None:
    ours = {name for name in _relations(running) if name not in ("meta_column", "meta_publication")}
    assert len(ours) > 15
    assert ours <= MARTS.keys()


def test_its_columns_are_those_of_the_warehouse(running: Settings) -> None:
    checked = 0
    for name, columns in _relations(running).items():
        if name not in MARTS:
            continue
        (model,) = yaml.safe_load(MARTS[name].read_text(encoding="utf-8"))["models"]
        declared = {column["name"] for column in model["columns"]}
        assert columns == declared - UNREAD.get(name, set()), name
        checked += 1
    assert checked > 15
