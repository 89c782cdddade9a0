"""What was built by other rules is built anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from talentloop.settings import Settings
from talentloop.warehouse.recipe import keep_recipe, recipe, was_built_by


@pytest.fixture
def configured(settings: Settings, tmp_path: Path) -> Settings:
    shutil.copytree(settings.config, tmp_path / "config")
    return settings.model_copy(update={"config": tmp_path / "config"})


def _rename_a_stage(config: Path) -> None:
    (config / "stage_maps").mkdir(exist_ok=True)
    (config / "stage_maps" / "hr.yml").write_text("stages: [{name: 笔试, stage: screen}]")


def _judge_otherwise(config: Path) -> None:
    rules = config / "rules" / "high_potential.yml"
    rules.write_text(rules.read_text().replace("min_score_0_100: 80", "min_score_0_100: 81"))


def _give_a_day_off(config: Path) -> None:
    calendar = config / "calendars" / "cn.yml"
    calendar.write_text(calendar.read_text() + "\n# one more\n")


@pytest.mark.parametrize("change", [_rename_a_stage, _judge_otherwise, _give_a_day_off])
def test_a_changed_rule_map_or_calendar_changes_the_recipe(
    configured: Settings, change: Callable[[Path], None]
) -> None:
    before = recipe(configured)
    assert recipe(configured) == before
    change(configured.config)
    assert recipe(configured) != before


def test_a_file_tells_by_which_recipe_it_was_built(tmp_path: Path) -> None:
    file = tmp_path / "build.duckdb"
    with duckdb.connect(str(file)) as db:
        db.execute("create schema ops")
    assert not was_built_by(file, "a")
    with duckdb.connect(str(file)) as db:
        keep_recipe(db, "a")
    assert was_built_by(file, "a")
    assert not was_built_by(file, "b")
