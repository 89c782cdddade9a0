"""Local, SFTP and S3 folders behave alike: read once, by one worker, archived, replayed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from moto.server import ThreadedMotoServer

from connectors.files import FileSource
from connectors.files.manifest import SeenFile, claim, known
from connectors.files.stores import matches
from talentloop.errors import ConfigError, SourceAuthError, SourceError
from talentloop.ops import session
from talentloop.ops.models import FileManifest
from talentloop.ops.owner import new_owner
from talentloop.settings import Settings
from tests.connectors.files.sftp_server import PASSWORD, USER, Running, serving

MAPPING = {
    "streams": {
        "people": {
            "records": [{"entity": "candidate", "key": "id", "fields": {"full_name": "name"}}]
        }
    }
}
HOUR = timedelta(hours=1)
BEFORE = datetime(2025, 1, 1, tzinfo=UTC)  # a cursor: this is not the first run


@dataclass
class Place:
    """A folder of one kind: how to configure it, put files there, and see what lies there."""

    options: dict[str, Any]
    put: Callable[[str, str], None]
    names: Callable[[], set[str]]
    sftp: Running | None = None


def _in_folder(folder: Path) -> tuple[Callable[[str, str], None], Callable[[], set[str]]]:
    folder.mkdir()
    written: list[None] = []

    def put(name: str, text: str) -> None:
        written.append(None)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        at = datetime(2026, 1, 1, tzinfo=UTC).timestamp() + len(written)
        os.utime(path, (at, at))

    def names() -> set[str]:
        return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}

    return put, names


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def secrets(settings: Settings) -> Path:
    settings.secrets_dir.mkdir(parents=True, exist_ok=True)
    for name, value in (("sftp", PASSWORD), ("wrong", "battery"), ("id", "a"), ("key", "b")):
        (settings.secrets_dir / name).write_text(value)
    return settings.secrets_dir


@pytest.fixture(params=["folder", "sftp", "s3"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, secrets: Path, s3_url: str
) -> Iterator[Place]:
    if request.param == "s3":
        client = boto3.client("s3", endpoint_url=s3_url, region_name="us-east-1",
                              aws_access_key_id="a", aws_secret_access_key="b")  # fmt: skip
        bucket = f"b{abs(hash(str(tmp_path)))}"
        client.create_bucket(Bucket=bucket)
        access = {"endpoint": s3_url, "access_key": "file:id", "secret_key": "file:key"}

        def listed() -> set[str]:
            found = client.list_objects_v2(Bucket=bucket, Prefix="in/").get("Contents", [])
            return {item["Key"].removeprefix("in/") for item in found}

        yield Place(
            {"path": f"s3://{bucket}/in", "access": access},
            lambda name, text: client.put_object(Bucket=bucket, Key=f"in/{name}", Body=text),
            listed,
        )
        return
    put, names = _in_folder(tmp_path / "drop")
    if request.param == "folder":
        yield Place({"path": str(tmp_path / "drop")}, put, names)
        return
    with serving(tmp_path / "drop") as sftp:
        yield Place(_sftp_options(sftp), put, names, sftp)


def _sftp_options(sftp: Running, **access: str) -> dict[str, Any]:
    given = {"host_key": sftp.host_key, "password": "file:sftp", **access}
    return {"path": f"sftp://{USER}@127.0.0.1:{sftp.port}/", "access": given}


@pytest.fixture
def make(settings: Settings, tmp_path: Path) -> Iterator[Callable[..., FileSource]]:
    opened = []

    def open_source(place: Place, stream: dict[str, Any] | None = None, **more: Any) -> FileSource:
        path = tmp_path / "mapping.yml"
        path.write_text(yaml.safe_dump(MAPPING))
        streams = {"people": {"files": "*.csv", **(stream or {})}}
        options = {"settle_seconds": 0, "streams": streams, **place.options, **more}
        opened.append(FileSource(settings, "drop", options, path))
        return opened[-1]

    yield open_source
    for source in opened:
        source.close()


def text(*ids: int) -> str:
    return "id,name\n" + "".join(f"{i},x\n" for i in ids)


def ids(source: FileSource, since: datetime | None = BEFORE) -> list[str]:
    """What a run reads; by default one that is not the first."""
    found = [row["id"] for page in source.read("people", since) for row in page.rows]
    source.acknowledge("people")
    return found


def test_content_is_read_once_wherever_it_lies(
    place: Place, make: Callable[..., FileSource]
) -> None:
    place.put("a.csv", text(1))
    place.put("sub/b.csv", text(2))
    assert ids(make(place)) == ["1"]
    assert ids(make(place)) == []
    place.put("a.csv", text(1, 3))
    assert ids(make(place)) == ["1", "3"]
    assert ids(make(place, {"files": "**/*.csv"})) == ["2"]


def test_a_remote_file_that_has_been_read_is_not_fetched_again(
    place: Place, make: Callable[..., FileSource]
) -> None:
    place.put("a.csv", text(1))
    assert ids(make(place)) == ["1"]
    if place.sftp is not None:
        place.sftp.asked.clear()
        assert ids(make(place)) == []
        assert place.sftp.asked == []


def test_what_landed_goes_to_the_archive_and_a_full_run_reads_it_there(
    place: Place, make: Callable[..., FileSource], settings: Settings
) -> None:
    place.put("a.csv", text(1))
    place.put("b.csv", text(2))
    source = make(place, archive="old")
    pages = list(source.read("people", BEFORE))
    assert place.names() == {"a.csv", "b.csv"}  # nothing moves before it has landed
    source.acknowledge("people")
    hashes = {file.name: file.sha256[:12] for file in known(settings, "drop", "people")}
    assert place.names() == {f"old/{hashes['a.csv']}-a.csv", f"old/{hashes['b.csv']}-b.csv"}
    assert ids(make(place, archive="old")) == []
    again = make(place, archive="old")
    full = list(again.read("people", None))
    assert [(p.where, p.observed_at, p.raw) for p in full] == [
        (p.where, p.observed_at, p.raw) for p in pages
    ]


def test_a_run_that_ended_between_landing_and_archive_is_made_up_for(
    place: Place, make: Callable[..., FileSource]
) -> None:
    place.put("a.csv", text(1))
    assert ids(make(place)) == ["1"]  # as a run does that is killed before it moves the file
    assert ids(make(place, archive="old")) == []
    assert [name[:4] for name in place.names()] == ["old/"]


def test_the_newest_of_files_that_hold_everything_counts_archived_or_not(
    place: Place, make: Callable[..., FileSource]
) -> None:
    place.put("a.csv", text(1))
    place.put("b.csv", text(2))
    everything: dict[str, Any] = {"stream": {"holds": "everything"}, "archive": "old"}
    assert ids(make(place, **everything)) == ["2"]
    assert {name.rpartition("-")[2] for name in place.names()} == {"a.csv", "b.csv"}
    assert ids(make(place, **everything)) == []
    assert ids(make(place, **everything), None) == ["2"]


def test_a_file_is_whole_once_its_marker_is_there(
    place: Place, make: Callable[..., FileSource]
) -> None:
    place.put("a.csv", text(1))
    marked: dict[str, Any] = {"done_marker": ".done", "stream": {"files": "*", "optional": True}}
    assert ids(make(place, **marked)) == []
    place.put("a.csv.done", "")
    assert ids(make(place, archive="old", **marked)) == ["1"]
    assert [name[:4] for name in place.names()] == ["old/"]  # the marker has gone with its file


def test_a_file_that_another_worker_reads_is_left_to_it(
    place: Place, make: Callable[..., FileSource], settings: Settings
) -> None:
    place.put("a.csv", text(1))
    place.put("b.csv", text(2))
    first, second = make(place), make(place)
    pages = first.read("people", None)
    read = [next(pages) for _ in range(2)]
    assert ids(second, None) == ["2"]
    assert [row["id"] for page in read for row in page.rows] == ["1"]
    first.close()  # gives up without having landed
    assert "1" in ids(make(place))


def test_the_claim_of_a_dead_worker_and_one_that_ran_out_are_free(settings: Settings) -> None:
    file, alive = SeenFile("people", "a.csv", "0" * 64), new_owner()
    host, pid, started, token = alive.rsplit(":", 3)
    dead = f"{host}:{pid}:{int(started) - 1}:{token}"
    assert claim(settings, "drop", file, dead, HOUR)
    assert claim(settings, "drop", file, alive, HOUR)
    assert claim(settings, "drop", file, alive, HOUR)  # its own
    assert not claim(settings, "drop", file, new_owner(), HOUR)
    elsewhere = "another-host:1:1:aaaa"
    assert claim(settings, "other", file, elsewhere, HOUR)
    assert not claim(settings, "other", file, alive, HOUR)
    later = settings.model_copy(update={"now": settings.clock.now() + 2 * HOUR})
    assert claim(later, "other", file, alive, HOUR)


def test_of_many_workers_one_gets_the_file(settings: Settings) -> None:
    from concurrent.futures import ThreadPoolExecutor

    file = SeenFile("people", "a.csv", "0" * 64)
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: claim(settings, "drop", file, new_owner(), HOUR), range(24)))
    assert sum(got) == 1


def test_reading_without_landing_leaves_no_trace(
    place: Place, make: Callable[..., FileSource], settings: Settings
) -> None:
    place.put("a.csv", text(1))
    source = make(place)
    assert list(source.read("people", None))
    source.close()
    with session(settings) as db:
        assert db.query(FileManifest).count() == 0


def test_a_server_with_another_key_gets_no_password(
    tmp_path: Path, secrets: Path, make: Callable[..., FileSource]
) -> None:
    put, names = _in_folder(tmp_path / "drop")
    with serving(tmp_path / "drop") as sftp, serving(tmp_path / "drop") as other:
        place = Place(_sftp_options(sftp, host_key=other.host_key), put, names)
        with pytest.raises(SourceAuthError, match="another key"):
            ids(make(place))
        wrong = Place(_sftp_options(sftp, password="file:wrong"), put, names)
        with pytest.raises(SourceAuthError, match="refused our credentials") as caught:
            ids(make(wrong))
    assert PASSWORD not in str(caught.value)
    with pytest.raises(SourceError, match=r"cannot be read.*sftp://127\.0\.0\.1"):
        ids(make(Place(_sftp_options(sftp), put, names)))  # the server has gone


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"path": "sftp://u@h/x"}, "host_key is missing"),
        ({"path": "sftp://h/x", "access": {"host_key": "k"}}, "sftp://user@host/folder"),
        ({"path": "sftp://u:p@h/x", "access": {"host_key": "k"}}, "no password"),
        ({"path": "sftp://u@h/x", "access": {"host_key": "k"}}, "either access.password"),
        ({"path": "ftp://u@h/x"}, "cannot be a ftp address"),
        ({"path": "x", "archive": "../y"}, "sub-folder of path"),
    ],
)
def test_a_folder_that_cannot_be_reached_safely_is_refused(
    make: Callable[..., FileSource], options: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ConfigError, match=complaint):
        make(Place(options, lambda _n, _t: None, set))


def test_patterns_stop_at_a_slash_unless_told_otherwise() -> None:
    assert matches("a.csv", "*.csv")
    assert not matches("x/a.csv", "*.csv")
    assert matches("x/y/a.csv", "**/*.csv")
    assert matches("a.csv", "**/*.csv")
    assert matches("x/a.csv", "x/*.csv")
