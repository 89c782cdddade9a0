"""Stage maps: a name has one meaning on each day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.warehouse.stage_maps import stage_map_rows

RENAMED = """
stages:
  - {name: 笔试, stage: screen, valid_to: 2025-12-31}
  - {name: 笔试, stage: interview, valid_from: 2026-01-01}
"""


@pytest.fixture
def mapped(settings: Settings, tmp_path: Path) -> Settings:
    folder = tmp_path / "config" / "stage_maps"
    folder.mkdir(parents=True)
    (folder / "hr.yml").write_text(RENAMED)
    return settings.model_copy(update={"config": tmp_path / "config"})


def test_a_renamed_stage_has_a_meaning_for_each_time(mapped: Settings) -> None:
    assert stage_map_rows(mapped) == [
        ("hr", "笔试", "screen", None, date(2025, 12, 31)),
        ("hr", "笔试", "interview", date(2026, 1, 1), None),
    ]


@pytest.mark.parametrize("first_day", ["2025-12-31", "2020-01-01"])
def test_two_meanings_on_one_day_are_refused(mapped: Settings, first_day: str) -> None:
    path = mapped.config / "stage_maps" / "hr.yml"
    path.write_text(RENAMED.replace("2026-01-01", first_day))
    with pytest.raises(ConfigError, match="笔试 stands for two stages"):
        stage_map_rows(mapped)
