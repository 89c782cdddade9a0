"""Ended interviews come in whole, once, and only the files that were told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.http import HttpError
from connectors.http.address import sandbox_secret
from connectors.interview_media import MediaClient, MediaOptions
from connectors.sandbox.service import control, running
from talentloop.settings import Settings
from tests.connectors.channel_home import Company
from tests.connectors.quick import RETRY

ENDED = datetime(2026, 10, 31, 9, tzinfo=UTC)


def record(settings: Settings, number: int, *, told: bytes = b"words", there: bytes = b"") -> None:
    """One ended interview at the stand-in, whose file holds what the list tells, or something else."""
    folder = settings.sandbox_dir / "interview_media" / f"I{number}"
    folder.mkdir(parents=True)
    (folder / "1.wav").write_bytes(there or told)
    file = {"path": "1.wav", "bytes": len(told), "sha256": hashlib.sha256(told).hexdigest()}
    note = {
        "id": f"I{number}", "ended_at": (ENDED + timedelta(hours=number)).isoformat(),
        "interview": {"interview_id": f"I{number}"}, "files": [file],
    }  # fmt: skip
    (folder / "ended.json").write_text(json.dumps(note))


@pytest.fixture
def client(settings: Settings) -> Iterator[MediaClient]:
    for number in range(5):
        record(settings, number)
    with running(settings, Company()):
        options = MediaOptions.model_validate(
            {"base_url": "sandbox", "secret": f"file:{sandbox_secret('interview_media')}", "retry": RETRY}
        )  # fmt: skip
        opened = MediaClient(settings, options)
        yield opened
        opened.close()


def test_all_pages_are_read_and_the_earliest_end_comes_first(client: MediaClient) -> None:
    assert [each.id for each in client.ended(None)] == ["I0", "I1", "I2", "I3", "I4"]
    assert [each.id for each in client.ended(ENDED + timedelta(hours=2))] == ["I3", "I4"]


def test_a_file_is_brought_once_and_verified(
    client: MediaClient, settings: Settings, tmp_path: Path
) -> None:
    first = next(iter(client.ended(None)))
    client.fetch(first, tmp_path)
    assert (tmp_path / "1.wav").read_bytes() == b"words"
    (settings.sandbox_dir / "interview_media" / "I0" / "1.wav").unlink()
    client.fetch(first, tmp_path)  # it lies here: not asked again


def test_another_file_than_the_one_told_is_not_taken(
    client: MediaClient, settings: Settings, tmp_path: Path
) -> None:
    record(settings, 9, told=b"words", there=b"sword")
    last = list(client.ended(None))[-1]
    with pytest.raises(HttpError, match=r"1\.wav"):
        client.fetch(last, tmp_path)
    assert not (tmp_path / "1.wav").exists()


@pytest.mark.parametrize("fault", ["error_every", "throttle_every", "truncate_every"])
def test_trouble_on_the_way_loses_nothing(
    client: MediaClient, settings: Settings, tmp_path: Path, fault: str
) -> None:
    control(settings, "/sandbox/interview_media/faults", {fault: 3})
    for ended in client.ended(None):
        client.fetch(ended, tmp_path / ended.id)
    assert {p.read_bytes() for p in tmp_path.glob("*/1.wav")} == {b"words"}
    assert len(list(tmp_path.glob("*/1.wav"))) == 5


def test_nothing_outside_an_interview_is_served(client: MediaClient, tmp_path: Path) -> None:
    first = next(iter(client.ended(None)))
    for path in ("ended.json", "../I1/1.wav"):
        file = first.files[0].model_copy(update={"path": path})
        with pytest.raises(HttpError):
            client.fetch(first.model_copy(update={"files": (file,)}), tmp_path)
