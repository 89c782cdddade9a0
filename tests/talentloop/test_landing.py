"""The landing zone: immutable, atomic, idempotent by content, local or S3."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pyarrow as pa
import pytest
from moto.server import ThreadedMotoServer

from talentloop.contracts import ENTITIES, OrgUnit, arrow_schema, landing_schema
from talentloop.errors import ConfigError, ContractError, TalentLoopError
from talentloop.ids import new_load_id
from talentloop.landing import LandedFile, LandingZone
from talentloop.settings import Settings

AT = datetime(2026, 11, 1, tzinfo=UTC)


def units(**names: str | None) -> pa.Table:
    """Org units by id and name; None stands for a deletion."""
    rows = [
        {
            "source": "hr", "source_id": key, "source_updated_at": AT, "is_deleted": name is None,
            "name": name or "gone", "is_active": True,
        }
        for key, name in names.items()
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=arrow_schema(OrgUnit))


def land(zone: LandingZone, rows: pa.Table, at: datetime = AT) -> object:
    load_id = new_load_id(Settings(now=at).clock)
    return zone.write("org_unit", "hr", rows, load_id=load_id, ingested_at=at)


def test_a_repeated_load_lands_nothing(settings: Settings) -> None:
    zone = LandingZone(settings)
    assert land(zone, units(a="A", b="B")) is not None
    assert land(zone, units(a="A", b="B"), AT + timedelta(hours=1)) is None
    assert len(zone.files("org_unit", "hr")) == 1


def test_only_what_changed_lands_and_a_return_to_an_old_value_is_a_change(
    settings: Settings,
) -> None:
    zone = LandingZone(settings)
    for hour, rows in enumerate([units(a="A", b="B"), units(a="A", b="B2"), units(a="A", b="B")]):
        land(zone, rows, AT + timedelta(hours=hour))
    landed = zone.read("org_unit", source="hr").sort_by("load_id")
    assert landed["name"].to_pylist() == ["A", "B", "B2", "B"]


def test_a_touch_without_a_change_is_not_a_new_version(settings: Settings) -> None:
    zone = LandingZone(settings)
    land(zone, units(a="A"))
    touched = units(a="A").set_column(
        2, "source_updated_at", pa.array([AT + timedelta(days=1)], pa.timestamp("us", tz="UTC"))
    )
    assert land(zone, touched, AT + timedelta(days=1)) is None


def test_deleted_records_are_not_live(settings: Settings) -> None:
    zone = LandingZone(settings)
    land(zone, units(a="A", b="B"))
    land(zone, units(b=None), AT + timedelta(hours=1))
    assert zone.live_ids("org_unit", "hr") == {"a"}


def test_columns_that_differ_from_the_contract_are_refused_by_name(settings: Settings) -> None:
    rows = units(a="A").rename_columns(
        ["nome" if c == "name" else c for c in units(a="A").column_names]
    )
    with pytest.raises(ContractError, match=r"missing \['name'\], unknown \['nome'\]"):
        land(LandingZone(settings), rows)


def test_every_entity_has_a_file_to_read_from_the_start(settings: Settings) -> None:
    zone = LandingZone(settings)
    zone.prepare()
    for entity, model in ENTITIES.items():
        empty = zone.read(entity, source="_schema")
        assert empty.schema.names == landing_schema(model).names
        assert zone.files(entity) == []


def test_a_full_disk_is_explained_and_leaves_no_half_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TalentLoopError, match=r"No space left on device.*nothing was lost"):
        land(LandingZone(settings), units(a="A"))
    assert not list(Path(settings.landing_root).rglob("load=*.parquet*"))
    assert not list(Path(settings.landing_root).rglob("*.tmp"))


def test_a_landing_address_of_an_unknown_kind_names_the_setting(settings: Settings) -> None:
    odd = settings.model_copy(update={"landing_url": "ftp://host/x"})
    with pytest.raises(ConfigError, match="TALENTLOOP_LANDING_URL"):
        LandingZone(odd)


@pytest.mark.parametrize("instant", ["before_rename", "after_rename"])
def test_killed_while_landing_and_run_again_gives_the_rows_of_an_undisturbed_run(
    settings: Settings, instant: str
) -> None:
    script = textwrap.dedent(
        f"""
        import os, signal, sys, pathlib
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from test_landing import land, units
        from talentloop.landing import LandingZone
        from talentloop.settings import Settings
        replace = pathlib.Path.replace
        def deadly(self, target):
            if "load=0" not in str(target) and {instant == "after_rename"}:
                replace(self, target)
            os.kill(os.getpid(), signal.SIGKILL)
        zone = LandingZone(Settings(home=pathlib.Path({str(settings.home)!r})))
        pathlib.Path.replace = deadly
        land(zone, units(a="A", b="B"))
        """
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    killed = subprocess.run([sys.executable, "-c", script], env=env, check=False)
    assert killed.returncode == -signal.SIGKILL
    zone = LandingZone(settings)
    land(zone, units(a="A", b="B"), AT + timedelta(hours=1))
    assert sorted(zone.read("org_unit", source="hr")["source_id"].to_pylist()) == ["a", "b"]


@pytest.fixture
def on_s3(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    for name in ("key", "secret"):
        (tmp_path / name).write_text("test\n")
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1",
        aws_access_key_id="test", aws_secret_access_key="test",
    )  # fmt: skip
    bucket = f"hr-{uuid.uuid4().hex}"  # the server keeps its buckets for the process
    client.create_bucket(Bucket=bucket)
    yield settings.model_copy(
        update={
            "landing_url": f"s3://{bucket}/landing", "s3_endpoint": endpoint,
            "s3_access_key_file": tmp_path / "key", "s3_secret_key_file": tmp_path / "secret",
        }
    )  # fmt: skip
    server.stop()


def test_an_s3_store_keeps_the_same_promises_as_a_folder(on_s3: Settings) -> None:
    zone = LandingZone(on_s3)
    zone.prepare()
    assert land(zone, units(a="A", b="B")) is not None
    assert land(zone, units(a="A", b="B")) is None
    changed = land(zone, units(a="A2", b="B"))
    assert isinstance(changed, LandedFile)
    assert changed.rows == 1
    assert zone.live_ids("org_unit", "hr") == {"a", "b"}


def test_the_build_reads_a_mirror_that_follows_the_store(on_s3: Settings, tmp_path: Path) -> None:
    zone = LandingZone(on_s3)
    zone.prepare()
    land(zone, units(a="A"))
    mirror = tmp_path / "mirror"
    assert zone.readable_root(mirror) == str(mirror)
    assert len(list(mirror.rglob("*.parquet"))) == len(ENTITIES) + 1
    zone.set_aside(zone.files("org_unit", "hr")[0])
    zone.readable_root(mirror)
    assert len(list(mirror.rglob("*.parquet"))) == len(ENTITIES)
