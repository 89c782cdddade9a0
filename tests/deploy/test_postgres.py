"""The operations database on PostgreSQL, as in the deployed shape."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from talentloop import ops
from talentloop.ops import audit, cursors, quarantine, steps
from talentloop.ops.models import Base
from talentloop.settings import Settings
from tests.interview.scheduling.asked import under
from tests.interview.scheduling.rivals import held, race


@pytest.fixture
def deployed(postgres: str, tmp_path: Path) -> Settings:
    password = tmp_path / "password"
    password.write_text("pw\n")
    url = postgres.format(role="talentloop").replace(":pw@", "@")
    made = Settings(home=tmp_path / "home", operations_url=url, operations_password_file=password)
    ops.migrate(made)
    return made


def test_the_same_migrations_make_the_same_tables(deployed: Settings) -> None:
    with ops.engine(deployed).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_steps_cursors_and_quarantine_work_there(deployed: Settings) -> None:
    with steps.step(deployed, "build") as counts:
        counts["models"] = 1
    cursors.set_cursor(deployed, "hr", "Offer", deployed.clock.now())
    item = quarantine.QuarantineItem(
        "hr", "Offer", "offer", "7", "version", "t", "r", "m", {"v": 1}
    )
    assert quarantine.add(deployed, [item, item]) == 1
    assert quarantine.listed(deployed)[0].payload == {"v": 1}
    assert steps.step_runs(deployed)[0].counts == {"models": 1}


def test_concurrent_audit_writers_form_one_chain(deployed: Settings) -> None:
    def write() -> None:
        for number in range(5):
            audit.record(deployed, "a", "b", str(number), {})

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert audit.first_broken(deployed) is None


def test_a_role_reaches_only_its_own_database(postgres: str) -> None:
    server = postgres.format(role="talentloop").rsplit("/", 1)[0]
    engine = create_engine(server.replace("postgresql:", "postgresql+psycopg:") + "/airflow")
    with pytest.raises(OperationalError, match="permission denied"):
        engine.connect().execute(text("select 1"))


def test_of_processes_that_confirm_overlapping_slots_there_exactly_one_wins(
    deployed: Settings,
) -> None:
    said = race(under(deployed, start_every_minutes=5), 4)
    assert said.count("booked") == 1
    assert {text for text in said if text != "booked"} == {"The slot no longer fits: E1: booked"}
    assert sum(held(deployed, f"I{n}") for n in range(4)) == 3 * 12
