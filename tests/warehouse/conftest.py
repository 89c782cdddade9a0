"""One warehouse for all tests of this folder, built three times.

First from the simulated company as its HR system shows it; then with what changed in a month, with
changes made by hand that reach far, and with a small second source made by hand; then once more
from nothing. Each state is kept in a file of its own.
"""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.sandbox.company import CLOCK_START, simulate
from talentloop import ops
from talentloop.settings import Settings
from talentloop.warehouse import build
from tests.warehouse.handmade import land_handmade
from tests.warehouse.landed import Warehouse, land_company, land_far_reaching, land_links

LATER = CLOCK_START + timedelta(days=30)


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The three build files."""
    folder = tmp_path_factory.mktemp("warehouse")
    settings = Settings(home=folder / "home", now=CLOCK_START, sandbox_size="test")
    ops.migrate(settings)
    company = simulate("test")

    def kept(name: str) -> Path:
        return shutil.copyfile(settings.warehouse_file, folder / name / "build.duckdb")

    for name in ("first", "changed", "refreshed"):
        (folder / name).mkdir()
    land_company(settings, company, CLOCK_START)
    land_links(settings, company)
    build(settings, as_of=CLOCK_START)
    first = kept("first")
    later = settings.model_copy(update={"now": LATER})
    land_company(later, company, LATER)
    land_far_reaching(later, company, LATER)
    land_links(later, company, changed=True)
    land_handmade(later)
    build(later, as_of=LATER)
    changed = kept("changed")
    build(later, as_of=LATER, full_refresh=True)
    return Warehouse(company, later, first, changed, kept("refreshed"))
