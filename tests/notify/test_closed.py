"""Messages to people do not keep the loop open: most of them cannot be read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from loop.status import is_closed
from talentloop.settings import Settings


@pytest.mark.parametrize(
    ("name", "state", "closed"),
    [
        ("hiring_group", "SENT", True),
        ("successfactors", "SENT", False),
        ("successfactors", "DEAD", False),
        ("successfactors", "CONFIRMED", True),
    ],
)
def test_only_what_is_written_back_must_be_proven(
    settings: Settings, tmp_path: Path, name: str, state: str, closed: bool
) -> None:
    for folder, file in (("models", "m"), ("channels", "hiring_group")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{file}.yml").touch()
    status = {
        "landed": {"application": 1}, "published": {"version": "v"}, "models": {"m": "1"},
        "reconcile": {"MATCH": 1}, "loads": {}, "audit_intact": True,
        "delivery": [
            {"destination": "successfactors", "states": {"CONFIRMED": 1}},
            {"destination": name, "states": {state: 1}},
        ],
    }  # fmt: skip
    assert is_closed(status, settings.model_copy(update={"config": tmp_path})) is closed
