"""The warehouse as of an earlier instant: what was known then, from versions landed later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.sandbox.company import CLOCK_START
from connectors.sandbox.company.truth_file import truth
from talentloop.warehouse import Published, open_as_of, publish
from tests.warehouse import test_truth
from tests.warehouse.landed import Warehouse, rows_of
from tests.warehouse.test_increments import BUILD_COLUMNS, contents, differing

#: The end of 2025 in Shanghai; nothing was landed before CLOCK_START, ten months later.
MIDWAY = datetime(2025, 12, 31, 16, tzinfo=UTC)

#: What a source that overwrites its records still tells about an earlier instant.
TOLD = (
    test_truth.test_applications_by_state_and_month,
    test_truth.test_hires_by_month_and_unit,
    test_truth.test_time_to_hire,
    test_truth.test_offers,
    test_truth.test_channels,
    test_truth.test_funnel,
    test_truth.test_slips_and_reentries,
    test_truth.test_openings,
    test_truth.test_persons_and_employments,
    test_truth.test_retention,
    test_truth.test_interviews_and_scores,
    test_truth.test_labels,
)

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def at_first_landing(warehouse: Warehouse) -> Iterator[Published]:
    """As of the first landing, built from everything that has landed since."""
    publish(warehouse.settings)
    with open_as_of(warehouse.settings, CLOCK_START) as db:
        yield db


@pytest.fixture(scope="module")
def midway(warehouse: Warehouse) -> Iterator[Published]:
    """As of an instant long before anything was landed; three ask at once."""
    publish(warehouse.settings)
    told: list[str] = []
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(open_as_of, warehouse.settings, MIDWAY, told.append) for _ in range(3)]
        opened = [future.result() for future in asked]
    assert told == ["Building what was known at 2025-12-31 16:00 UTC …"]
    assert len({db.version for db in opened}) == 1
    with opened[0] as db:
        yield db


@pytest.fixture
def ask(midway: Published) -> Ask:
    """A query on the copy as of MIDWAY."""
    return lambda query: [
        tuple(row.values()) for row in midway.sql(query.replace("marts.", "")).to_pylist()
    ]


@pytest.fixture(scope="module")
def figures(warehouse: Warehouse) -> dict[str, Any]:
    """What was true at MIDWAY."""
    found: dict[str, Any] = truth(warehouse.company, MIDWAY)["figures"]
    return found


def test_every_mart_is_the_one_that_was_built_then(
    warehouse: Warehouse, at_first_landing: Published
) -> None:
    then = contents(warehouse.first, ["marts"])
    assert len(then) > 30
    different = {}
    for name, rows in then.items():
        columns = ", ".join(f'"{c}"::varchar as "{c}"' for c in rows.column_names)
        now = at_first_landing.sql(f"select {columns} from {name.removeprefix('marts.')}")
        different[name] = differing(rows, now)
    assert not BUILD_COLUMNS & set(then["marts.meta_build"].column_names)
    assert {name: n for name, n in different.items() if n} == {}


@pytest.mark.parametrize("promise", TOLD, ids=lambda promise: promise.__name__[5:])
def test_midway_the_figures_are_those_that_were_true(
    promise: Callable[[dict[str, Any], Ask], None], figures: dict[str, Any], ask: Ask
) -> None:
    promise(figures, ask)


def test_what_was_deleted_before_it_ever_landed_is_not_told(
    warehouse: Warehouse, figures: dict[str, Any], ask: Ask
) -> None:
    """Prospects that recruiters deleted before the first pull; none of them counts in a metric."""
    seen_then = set(warehouse.company.visible("application", MIDWAY)["source_id"].to_pylist())
    landed = set(warehouse.company.visible("application", CLOCK_START)["source_id"].to_pylist())
    found = {row[0] for row in ask("select application_id from marts.fct_application")}
    assert found == seen_then & landed
    assert len(seen_then - landed) > 0
    counted = ask("select count(*) from marts.fct_application where not is_excluded")
    assert counted == [(figures["applications"]["counted"],)]


def test_todays_data_filtered_by_event_time_are_wrong_about_the_past(
    warehouse: Warehouse, figures: dict[str, Any], ask: Ask
) -> None:
    hires = "select count(*) from marts.fct_application where is_hired and not is_excluded"
    (naive,) = rows_of(
        warehouse.refreshed,
        f"{hires} and accepted_at <= $1 and source = 'successfactors'",
        [MIDWAY],
    )
    assert ask(hires) == [(figures["hires"]["total"],)]
    assert naive[0] != figures["hires"]["total"]


def test_answers_are_kept_and_the_live_warehouse_is_left_alone(
    warehouse: Warehouse, midway: Published
) -> None:
    told: list[str] = []
    with open_as_of(warehouse.settings, MIDWAY, told.append) as again:
        assert again.version == midway.version
    assert told == []
    assert not list((warehouse.settings.warehouse_file.parent / "as_of").iterdir())
    builds = "select count(*) from ops.finished_build"
    assert rows_of(warehouse.settings.warehouse_file, builds) == rows_of(
        warehouse.refreshed, builds
    )
    with pytest.raises(Exception, match="read-only"):
        midway.sql("create table mine as select 1")
