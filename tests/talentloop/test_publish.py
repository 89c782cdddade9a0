"""Publishing: versions, pointer, hardened reading, the encrypted twin, kills at any instant."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest

from talentloop.errors import PublishError
from talentloop.settings import Settings
from talentloop.warehouse import identity_lookup, list_versions, open_published, publish
from talentloop.warehouse.read import POINTER, forget_cached


def make_build(settings: Settings, invocation: str, hires: int = 2) -> None:
    """A build file as dbt would leave it: one mart, one restricted relation, a manifest."""
    settings.warehouse_file.parent.mkdir(parents=True, exist_ok=True)
    settings.warehouse_file.unlink(missing_ok=True)
    with duckdb.connect(str(settings.warehouse_file)) as db:
        db.execute("create schema marts; create schema restricted")
        db.execute(
            "create table marts.meta_build as select timestamptz '2026-11-01 00:00:00+00' as as_of,"
            f" '{invocation}' as dbt_invocation_id, true as is_simulated"
        )
        db.execute(f"create view marts.mart_hires as select 'p_1' as person_key, {hires} as n")
        db.execute(
            "create table restricted.restricted_person_identity as "
            "select 'p_1' as person_key, 'SECRET NAME' as full_name, null::varchar as email, "
            "null::varchar as phone"
        )
    column = {"name": "n", "description": "Hires", "config": {"meta": {"class": "aggregate"}}}
    node = {
        "name": "mart_hires",
        "resource_type": "model",
        "schema": "marts",
        "columns": {"n": column},
    }
    manifest = settings.warehouse_file.parent / "dbt" / "manifest.json"
    manifest.parent.mkdir(exist_ok=True)
    manifest.write_text(json.dumps({"nodes": {"model.mart_hires": node}}))


def hires(settings: Settings) -> int:
    with open_published(settings) as db:
        return int(db.sql("select n from mart_hires")["n"][0].as_py())


def test_readers_follow_the_pointer_to_each_new_version(settings: Settings) -> None:
    make_build(settings, "one", 2)
    first = publish(settings)
    assert (first.version, hires(settings)) == ("v2026.11.01-1", 2)
    make_build(settings, "two", 3)
    second = publish(settings)
    assert (second.version, hires(settings)) == ("v2026.11.01-2", 3)
    with open_published(settings, first.version) as db:
        assert db.sql("select n from mart_hires")["n"][0].as_py() == 2


def test_publishing_one_build_twice_is_one_version(settings: Settings) -> None:
    make_build(settings, "one")
    assert publish(settings).version == publish(settings).version
    assert len(list_versions(settings)) == 1


def test_a_reader_in_the_middle_of_a_query_keeps_its_version(settings: Settings) -> None:
    make_build(settings, "one", 2)
    publish(settings)
    with open_published(settings) as db:
        make_build(settings, "two", 3)
        publish(settings)
        assert db.sql("select n from mart_hires")["n"][0].as_py() == 2
    assert hires(settings) == 3


def test_old_versions_and_leftovers_are_collected(settings: Settings) -> None:
    frugal = settings.model_copy(update={"publish_keep": 2})
    for number in range(4):
        make_build(frugal, str(number))
        publish(frugal)
    (frugal.published_dir / "marts-v2020.01.01-1.duckdb").write_bytes(b"left by a killed task")
    publish(frugal)
    names = sorted(path.name for path in frugal.published_dir.glob("*.duckdb"))
    assert names == [
        "marts-v2026.11.01-3.duckdb", "marts-v2026.11.01-4.duckdb",
        "restricted-v2026.11.01-3.duckdb", "restricted-v2026.11.01-4.duckdb",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "create table t as select 1",
        "select * from read_csv('/etc/hostname')",
        "copy (select 1) to '/tmp/out.csv'",
        "attach '/tmp/x.duckdb'",
        "set enable_external_access = true",
    ],
)
def test_a_reader_can_neither_write_nor_reach_outside(settings: Settings, statement: str) -> None:
    make_build(settings, "one")
    publish(settings)
    with open_published(settings) as db, pytest.raises(duckdb.Error):
        db.sql(statement)


def test_names_are_in_the_encrypted_copy_only(settings: Settings) -> None:
    make_build(settings, "one")
    done = publish(settings)
    for file in settings.published_dir.glob("*.duckdb"):
        assert b"SECRET NAME" not in file.read_bytes()
    assert "restricted_person_identity" in done.tables
    with open_published(settings) as db, pytest.raises(duckdb.Error):
        db.sql("select * from restricted_person_identity")
    assert identity_lookup(settings, ["p_1", "p_none"])["p_1"].full_name == "SECRET NAME"


def test_a_wrong_key_opens_nothing_and_its_error_does_not_carry_it(
    settings: Settings, tmp_path: Path
) -> None:
    make_build(settings, "one")
    publish(settings)
    (tmp_path / "key").write_text("another-key")
    other = settings.model_copy(update={"restricted_key_file": tmp_path / "key"})
    with pytest.raises(PublishError, match="cannot be opened") as refused:
        identity_lookup(other, ["p_1"])
    assert "another-key" not in str(refused.value)


def test_a_copy_that_does_not_open_leaves_readers_on_the_one_they_have(settings: Settings) -> None:
    make_build(settings, "one", 2)
    publish(settings)
    assert hires(settings) == 2
    pointer = settings.published_dir / POINTER
    broken = json.loads(pointer.read_text()) | {"version": "v9", "path": "marts-v9.duckdb"}
    (settings.published_dir / "marts-v9.duckdb").write_bytes(b"not a database")
    pointer.write_text(json.dumps(broken))
    assert hires(settings) == 2
    forget_cached(settings)
    with pytest.raises(PublishError, match="cannot be opened"):
        hires(settings)


def test_nothing_published_yet_says_what_to_run(settings: Settings) -> None:
    with pytest.raises(PublishError, match="make demo"):
        open_published(settings)


def test_each_columns_class_travels_with_the_copy(settings: Settings) -> None:
    make_build(settings, "one")
    publish(settings)
    with open_published(settings) as db:
        row = db.sql("select class, description from meta_column").to_pylist()
    assert row == [{"class": "aggregate", "description": "Hires"}]


@pytest.mark.parametrize("call", [1, 2, 3])
def test_killed_while_publishing_and_run_again_gives_one_version(
    settings: Settings, call: int
) -> None:
    """Kills before the files verify (1), before the row is written (2), before the pointer (3)."""
    make_build(settings, "one", 2)
    publish(settings)
    make_build(settings, "two", 3)
    script = textwrap.dedent(
        f"""
        import importlib, os, pathlib, signal
        from talentloop.settings import Settings
        publish = importlib.import_module("talentloop.warehouse.publish")
        def die(*args, **kwargs):
            os.kill(os.getpid(), signal.SIGKILL)
        setattr(publish, {{1: "_verify", 2: "_sha256", 3: "_point"}}[{call}], die)
        publish.publish(Settings(home=pathlib.Path({str(settings.home)!r})))
        """
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    killed = subprocess.run([sys.executable, "-c", script], env=env, check=False)
    assert killed.returncode == -signal.SIGKILL
    forget_cached(settings)
    assert hires(settings) == 2
    assert publish(settings).version == "v2026.11.01-2"
    assert hires(settings) == 3
    assert len(list(settings.published_dir.glob("marts-*.duckdb"))) == 2
