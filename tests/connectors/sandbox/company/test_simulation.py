"""The company is the same for the same seed, as big as asked for, and true to the contracts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.sandbox.company import CLOCK_START, HORIZON, Company, simulate
from talentloop.contracts import ENTITIES, arrow_schema
from talentloop.errors import ConfigError
from tests.connectors.sandbox.company.digest import digest

#: Of the records before costs were simulated, counting only entities that have any. With the empty
#: `answer` and `prediction` of that time counted in, the same records give 8161e31fd3b0….
BEFORE_COSTS = "d8a7fd24786ef8123f3454a73eb9bddef5f90afb328d6b8cd01eecbc8910d11e"


def test_same_seed_gives_the_same_company(small: Company) -> None:
    again = simulate("test")
    assert all(again.tables[entity].equals(small.tables[entity]) for entity in ENTITIES)
    assert again.planted == small.planted


def test_costs_leave_everything_else_as_it_was(small: Company) -> None:
    """Models were trained on the records as they were before costs were simulated."""
    assert digest(small, without={"recruiting_cost"}) == BEFORE_COSTS


def test_another_seed_gives_another_company(small: Company) -> None:
    other = simulate("test", seed=7)
    assert not other.tables["application"].equals(small.tables["application"])


def test_unknown_size_is_refused() -> None:
    with pytest.raises(ConfigError, match="no size 'huge'"):
        simulate("huge")


def test_every_entity_has_a_table_in_contract_columns(small: Company) -> None:
    assert set(small.tables) == set(ENTITIES)
    for entity, model in ENTITIES.items():
        shown = small.visible(entity, CLOCK_START)
        assert shown.schema.equals(arrow_schema(model)), entity
        assert small.tables[entity].column_names[-2:] == ["recorded_at", "row_version"]


def test_every_row_at_test_size_satisfies_its_contract(small: Company) -> None:
    for entity, model in ENTITIES.items():
        for row in small.visible(entity, HORIZON).to_pylist():
            model.model_validate(row)


@pytest.mark.parametrize(
    ("entity", "least", "most"),
    [
        ("application", 195, 200),
        ("requisition", 14, 18),
        ("interview", 200, 450),
        ("employee", 90, 180),
        ("performance_review", 150, 500),
    ],
)
def test_test_size_is_small_but_has_hires(
    small: Company, entity: str, least: int, most: int
) -> None:
    assert least <= small.visible(entity, CLOCK_START).num_rows <= most


@pytest.mark.parametrize(
    ("entity", "least", "most"),
    [
        ("application", 14_900, 15_000),
        ("requisition", 280, 300),
        ("opening", 1_100, 1_600),
        ("interview", 5_400, 6_800),
        ("employee", 1_600, 2_200),
        ("offer", 1_300, 2_000),
    ],
)
def test_demo_size_is_as_announced(demo: Company, entity: str, least: int, most: int) -> None:
    assert least <= demo.visible(entity, CLOCK_START).num_rows <= most


def test_demo_employs_about_1200_people_and_hired_900_or_more(demo: Company) -> None:
    employees = demo.visible("employee", CLOCK_START).to_pandas()
    assert 1_100 <= (employees["status_code"] == "active").sum() <= 1_350
    hired = employees["application_id"].notna() & (employees["status_code"] != "not_started")
    assert hired.sum() >= 900


def test_the_future_becomes_visible_day_by_day(small: Company, demo: Company) -> None:
    for company in (small, demo):
        sizes = [
            company.visible("stage_event", CLOCK_START + timedelta(days=days)).num_rows
            for days in (0, 7, 30, 60)
        ]
        assert sizes == sorted(sizes)
        assert sizes[0] < sizes[1] < sizes[3]


def test_names_say_that_the_company_is_simulated(small: Company) -> None:
    units = small.visible("org_unit", CLOCK_START).to_pylist()
    root = next(unit for unit in units if unit["parent_id"] is None)
    assert "模拟" in root["name"]
    assert "simulated" in root["name_en"]
    assert small.is_simulated
    assert len([unit for unit in units if unit["parent_id"] == root["source_id"]]) == 6


def test_contacts_belong_to_nobody(demo: Company) -> None:
    candidates = demo.visible("candidate", CLOCK_START).to_pandas()
    domains = candidates["email"].str.strip().str.lower().str.split("@").str[1]
    assert set(domains) == {"example.com", "example.org", "example.net", "mail.example.com"}
    assert candidates["phone"].dropna().str.fullmatch(r"\+86100\d{8}").all()
