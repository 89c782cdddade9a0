"""Published copies for report tests: the small company, and copies made of a few rows by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import duckdb
import pytest

from talentloop import warehouse
from talentloop.settings import Settings
from tests.portal.conftest import company_home, published, running

__all__ = ["company_home", "published", "running"]

META = """
select timestamptz '2026-11-01 00:00:00+00' as as_of, now() as built_at,
    'by-hand' as dbt_invocation_id, false as is_simulated, '1' as schema_version
"""
Publish = Callable[[Mapping[str, str]], Settings]


@pytest.fixture
def publish_rows(settings: Settings) -> Publish:
    """Publishes relations given as queries; only those that the report under test reads."""

    def publish(relations: Mapping[str, str]) -> Settings:
        file = settings.warehouse_file
        manifest = file.parent / "dbt" / "manifest.json"
        manifest.parent.mkdir(parents=True, exist_ok=True)
        manifest.write_text('{"nodes": {}}')
        file.unlink(missing_ok=True)
        with duckdb.connect(str(file)) as db:
            db.execute("set timezone = 'UTC'; create schema marts; create schema restricted")
            db.execute(
                "create table restricted.restricted_person_identity as select 'p' as person_key"
            )
            db.execute("use marts")
            for name, query in {"meta_build": META, **relations}.items():
                db.execute(f"create table {name} as {query}")
        warehouse.publish(settings)
        return settings

    return publish
