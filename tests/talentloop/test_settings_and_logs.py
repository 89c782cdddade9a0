"""Settings, configuration errors, the clock, keys, and logs without personal values."""

from __future__ import annotations

import stat
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from talentloop.clock import FixedClock
from talentloop.config import load_model, load_yaml
from talentloop.errors import ConfigError
from talentloop.ids import keyed_hash, new_load_id, secret_key
from talentloop.logs import REDACTED, redact
from talentloop.settings import Settings, load_settings


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")
    size: int


def test_a_setting_that_does_not_fit_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALENTLOOP_PORTAL_PORT", "none")
    with pytest.raises(ConfigError, match="TALENTLOOP_PORTAL_PORT"):
        load_settings()


def test_broken_yaml_names_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text("size: 1\nname: [open\n")
    with pytest.raises(ConfigError, match=r"a\.yml:3"):
        load_yaml(file)


def test_a_misspelt_field_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text("size: 1\nsise: 2\n")
    with pytest.raises(ConfigError, match=r"a\.yml, field sise"):
        load_model(file, Shape)


def test_a_missing_file_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="TALENTLOOP_CONFIG"):
        load_yaml(tmp_path / "none.yml")


def test_the_clock_wants_a_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 1, 1))  # noqa: DTZ001


def test_load_ids_sort_by_time(settings: Settings) -> None:
    early = new_load_id(Settings(now="2026-01-01T00:00:00Z").clock)  # type: ignore[arg-type]
    assert early < new_load_id(settings.clock)
    assert len(early) == 26


def test_keys_are_made_once_and_readable_by_their_owner_only(settings: Settings) -> None:
    assert secret_key(settings, "a.key") == secret_key(settings, "a.key")
    mode = stat.S_IMODE((settings.secrets_dir / "a.key").stat().st_mode)
    assert mode == 0o600
    assert keyed_hash(settings, "x") != keyed_hash(settings, "y")


@pytest.mark.parametrize("content", ["wrong", "\N{SNOWMAN}"])
def test_a_damaged_key_is_named_and_never_replaced_or_shown(
    settings: Settings, content: str
) -> None:
    secret_key(settings, "a.key")
    file = settings.secrets_dir / "a.key"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        secret_key(settings, "a.key")
    assert caught.value.where == str(file)
    assert content not in str(caught.value)
    assert file.read_text(encoding="utf-8") == content


def test_personal_fields_and_values_that_look_personal_never_reach_a_log() -> None:
    event = redact(None, "info", {
        "event": "wrote to wang@example.com and +8613800138000",
        "full_name": "王小明", "phone": "x", "base_salary": 3, "gender": "female",
        "url": "https://hr.example/api?access_token=abc&page=2", "entity": "offer",
    })  # fmt: skip
    assert "wang" not in event["event"]
    assert "13800138000" not in event["event"]
    assert {event[k] for k in ("full_name", "phone", "base_salary", "gender")} == {REDACTED}
    assert event["url"] == f"https://hr.example/api?access_token={REDACTED}&page=2"
    assert event["entity"] == "offer"
