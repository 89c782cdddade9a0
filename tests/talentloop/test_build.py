"""The build runner, on a dbt project of two models: gated by checks, all or nothing, kill-proof."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from talentloop.contracts import OrgUnit, arrow_schema
from talentloop.errors import BuildError, CheckFailedError
from talentloop.ids import new_load_id
from talentloop.landing import LandingZone
from talentloop.ops.loads import mark_checked, record_load
from talentloop.settings import Settings
from talentloop.warehouse import build
from talentloop.warehouse.build import writer_lock

AT = datetime(2026, 11, 1, tzinfo=UTC)
LATER = datetime(2026, 11, 2, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

MODEL = """
{{ config(materialized='incremental') }}
select source_id, name, load_id
from read_parquet('{{ var("landing_root") }}/org_unit/source=*/load=*.parquet')
where load_id in (select load_id from ops.passed_load)
{% if is_incremental() %} and load_id not in (select load_id from {{ this }}) {% endif %}
"""
META = """
select '{{ invocation_id }}' as dbt_invocation_id,
    (select as_of from ops.build_request) as as_of, {{ var("is_simulated") }} as is_simulated,
    (select count(*) from {{ ref('unit') }}) as n
"""
TEST = "select * from {{ ref('unit') }} where name = 'forbidden'"


@pytest.fixture
def small(settings: Settings, tmp_path: Path) -> Settings:
    """Settings whose project is a dbt project of two models and one test."""
    dbt = tmp_path / "project" / "dbt"
    (dbt / "models").mkdir(parents=True)
    (dbt / "tests").mkdir()
    (dbt / "dbt_project.yml").write_text(
        "name: small\nprofile: talentloop\nflags: {send_anonymous_usage_stats: false}\n"
        "models: {+schema: null}\n"
        "on-run-start: ['pragma disable_checkpoint_on_shutdown']\n"
    )
    profile = (ROOT / "dbt" / "profiles.yml").read_text()
    (dbt / "profiles.yml").write_text(profile.replace("schema: main", "schema: marts"))
    (dbt / "models" / "unit.sql").write_text(MODEL)
    (dbt / "models" / "meta_build.sql").write_text(META)
    (dbt / "tests" / "nothing_forbidden.sql").write_text(TEST)
    return settings.model_copy(update={"project": tmp_path / "project"})


def land(settings: Settings, state: str, **names: str) -> str:
    rows = [
        {"source": "hr", "source_id": key, "source_updated_at": AT, "is_deleted": False,
         "name": name, "is_active": True}
        for key, name in names.items()
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows, schema=arrow_schema(OrgUnit))
    load_id = new_load_id(settings.clock)
    file = LandingZone(settings).write("org_unit", "hr", table, load_id=load_id, ingested_at=AT)
    assert file is not None
    record_load(settings, file)
    if state != "pending":
        mark_checked(settings, load_id, "org_unit", state, "a check")
    return load_id


def units(settings: Settings) -> dict[str, str]:
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as db:
        return dict(db.execute("select source_id, name from marts.unit").fetchall())


def test_only_loads_that_passed_are_built_and_each_once(small: Settings) -> None:
    land(small, "passed", a="A")
    land(small, "rejected", b="B")
    land(small, "pending", d="D")
    first = build(small, as_of=AT)
    assert first.waiting == 1
    assert (first.count("model"), first.count("test"), first.as_of) == (2, 1, AT)
    land(small, "passed", c="C")
    build(small, as_of=AT)
    assert units(small) == {"a": "A", "c": "C"}


def test_a_failed_load_blocks_the_build_and_is_named(small: Settings) -> None:
    load_id = land(small, "failed", a="A")
    with pytest.raises(CheckFailedError, match="published copy keeps serving") as refused:
        build(small)
    assert load_id in refused.value.where
    assert not small.warehouse_file.exists()


def test_a_failed_test_leaves_the_last_good_build(small: Settings) -> None:
    land(small, "passed", a="A")
    build(small)
    land(small, "passed", b="forbidden")
    with pytest.raises(BuildError, match="nothing_forbidden"):
        build(small)
    assert units(small) == {"a": "A"}


def test_a_build_runs_only_what_something_new_reaches(small: Settings) -> None:
    dbt = small.project / "dbt"
    (dbt / "models" / "unit.sql").rename(dbt / "models" / "stg_landing__org_unit.sql")
    counted = META.replace("'unit'", "'stg_landing__org_unit'")
    (dbt / "models" / "meta_build.sql").write_text("{{ config(tags=['every_build']) }}" + counted)
    (dbt / "models" / "beside.sql").write_text("select 1 as n")
    (dbt / "models" / "aged.sql").write_text("from {{ source('ops', 'build_context') }}")
    (dbt / "models" / "sources.yml").write_text(
        "sources: [{name: ops, schema: ops, tables: [{name: build_context}]}]"
    )
    project = (dbt / "dbt_project.yml").read_text()
    context = "create or replace table ops.build_context as from ops.build_request"
    (dbt / "dbt_project.yml").write_text(project.replace("['pragma", f"['{context}', 'pragma"))
    (dbt / "tests" / "nothing_forbidden.sql").unlink()

    def ran(at: datetime, select: str | None = None) -> set[str]:
        return {n.name for n in build(small, as_of=at, select=select).nodes if n.kind == "model"}

    everything = {"stg_landing__org_unit", "meta_build", "beside", "aged"}
    land(small, "passed", a="A")
    assert ran(AT) == everything
    land(small, "passed", b="B")
    assert ran(AT) == {"meta_build", "stg_landing__org_unit"}
    assert ran(LATER, select="beside") == {"beside"}
    assert ran(LATER) == everything, "nobody knows how old the others were"
    assert ran(AT) == {"meta_build", "aged"}


def test_a_project_that_does_not_parse_says_so(small: Settings) -> None:
    (small.project / "dbt" / "models" / "unit.sql").write_text("select {{ ref('nowhere') }}")
    with pytest.raises(BuildError, match="nowhere"):
        build(small)


def test_killed_while_building_and_run_again_equals_an_undisturbed_run(small: Settings) -> None:
    """The worst instant: dbt has written everything, the file has not yet moved to its new state."""
    land(small, "passed", a="A")
    build(small)
    land(small, "passed", b="B")
    script = textwrap.dedent(
        f"""
        import importlib, os, pathlib, signal
        from talentloop.settings import Settings
        build = importlib.import_module("talentloop.warehouse.build")
        build.finish_file = lambda file: os.kill(os.getpid(), signal.SIGKILL)
        build.build(Settings(home=pathlib.Path({str(small.home)!r}),
                             project=pathlib.Path({str(small.project)!r})))
        """
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", script], env=env, check=False)
    assert killed.returncode == -signal.SIGKILL
    with writer_lock(small):  # as every build and publish begins
        assert units(small) == {"a": "A"}
    build(small)
    assert units(small) == {"a": "A", "b": "B"}
