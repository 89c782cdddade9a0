"""One warehouse for all tests of this folder, in three states, built once for all test processes.

First from the simulated company as its HR system shows it; then with what changed in a month, with
changes made by hand that reach far, and with a small second source made by hand, of which one record
comes by itself and reaches few models; then once more from nothing. Each state is kept in a file of its own. Every process works on its own copy.
"""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.sandbox.company import CLOCK_START, Company, simulate
from talentloop import ops
from talentloop.settings import Settings
from talentloop.warehouse import build
from tests.shared import once
from tests.warehouse.handmade import land_handmade, land_handmade_review
from tests.warehouse.landed import Warehouse, land_company, land_far_reaching, land_links

LATER = CLOCK_START + timedelta(days=30)


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The three build files."""
    company, folder = simulate("test"), tmp_path_factory.mktemp("warehouse")
    shared = once(tmp_path_factory, "built", lambda place: _build_three(place, company))
    shutil.copytree(shared, folder, dirs_exist_ok=True)
    settings = Settings(home=folder / "home", now=LATER, sandbox_size="test")
    # The file keeps its name: views know the catalogue that is called after it.
    files = (folder / state / "build.duckdb" for state in ("first", "changed", "refreshed"))
    return Warehouse(company, settings, *files)


def _build_three(folder: Path, company: Company) -> None:
    settings = Settings(home=folder / "home", now=CLOCK_START, sandbox_size="test")
    ops.migrate(settings)

    def keep(state: str) -> None:
        (folder / state).mkdir()
        shutil.copyfile(settings.warehouse_file, folder / state / "build.duckdb")

    land_company(settings, company, CLOCK_START)
    land_links(settings, company)
    build(settings, as_of=CLOCK_START)
    keep("first")
    later = settings.model_copy(update={"now": LATER})
    land_company(later, company, LATER)
    land_far_reaching(later, company, LATER)
    land_links(later, company, changed=True)
    land_handmade(later)
    build(later, as_of=LATER)
    land_handmade_review(later)
    build(later, as_of=LATER)
    keep("changed")
    build(later, as_of=LATER, full_refresh=True)
    keep("refreshed")
