"""A published copy of the small company, made once per test run and copied into each home."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # starlette would rather have another HTTP library
    from fastapi.testclient import TestClient

from portal import create_app
from talentloop import ops, warehouse
from talentloop.settings import Settings
from talentloop.warehouse import open_published
from tests.portal import work
from tests.portal.company import write_build
from tests.portal.seed import seed

NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture(scope="session")
def company_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the small company published."""
    home = tmp_path_factory.mktemp("company") / "home"
    settings = Settings(home=home)
    ops.migrate(settings)
    write_build(settings.warehouse_file)
    warehouse.publish(settings)
    ops.engine(settings).dispose()  # the last connection moves its log into the file, for copies
    return home


@pytest.fixture(scope="session")
def running(company_home: Path) -> Settings:
    """The published company with a seeded running of the loop; for tests that change nothing."""
    settings = Settings(home=company_home, now=NOW, portal_port=0)
    seed(settings)
    return settings


@pytest.fixture(scope="session")
def site(running: Settings) -> Iterator[TestClient]:
    """A browser's view of the running company; for tests that change nothing."""
    with open_client(running) as made:
        yield made


@dataclass(frozen=True)
class Worked:
    """A company in which things wait for people.

    Attributes:
        interview: the evaluated interview, as lists call it.
        applications: one that is proposed for exclusion, and the interview's.
        persons: whose they are.
    """

    settings: Settings
    interview: str
    applications: tuple[str, str]
    persons: tuple[str, str]


@pytest.fixture(scope="session")
def worked(running: Settings, tmp_path_factory: pytest.TempPathFactory) -> Worked:
    """The running company with what waits for people; for tests that change nothing."""
    home = tmp_path_factory.mktemp("worked") / "home"
    shutil.copytree(running.home, home)
    settings = Settings(home=home, now=NOW, resumes=home / "resumes", portal_port=0)
    with open_published(settings) as db:
        query = "select application_id, person_key from fct_application where status_code = 'open'"
        rows = db.sql(query + " order by application_id limit 2").to_pylist()
    ids, persons = zip(*(row.values() for row in rows), strict=True)
    return Worked(settings, work.fill(settings, ids), ids, persons)


@pytest.fixture(scope="session")
def desk_site(worked: Worked) -> Iterator[TestClient]:
    """A browser's view of the company in which things wait; for tests that change nothing."""
    with open_client(worked.settings) as made:
        yield made


@pytest.fixture
def published(settings: Settings, company_home: Path) -> Settings:
    """Settings whose home holds the published company."""
    for name in ("published", "secrets", "operations.db"):
        source, target = company_home / name, settings.home / name
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        elif source.exists():
            shutil.copyfile(source, target)
    return settings


@pytest.fixture
def client(published: Settings) -> Iterator[TestClient]:
    """A browser's view of the portal over the small company."""
    with open_client(published) as made:
        yield made


@pytest.fixture
def bare(settings: Settings) -> Iterator[TestClient]:
    """The portal before anything was published."""
    with open_client(settings) as made:
        yield made


def open_client(settings: Settings) -> TestClient:
    """A browser's view of a portal of its own."""
    return TestClient(
        create_app(settings), base_url="http://127.0.0.1", raise_server_exceptions=False
    )
