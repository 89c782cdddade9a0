"""A published feature table, quick declarations, and an MLflow store that is made only once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import delete

import ml
from ml.registry import Registry
from talentloop.ops import session
from talentloop.ops.models import Publication
from talentloop.settings import PROJECT_ROOT, Settings
from tests.migrated import set_up
from tests.ml.synthetic import feature_rows, protected_rows, publish_features
from tests.shared import once

MODEL = "performance_6m"
NOW = datetime(2026, 11, 2, tzinfo=UTC)
#: Larger steps, fewer members, resamples and groups: the same paths in a fraction of the time, and
#: promises that do not hang on how the shipped models are tuned.
QUICK = {
    "split": {"test_share": 0.2, "validation_share": 0.25, "gap_days": 0},
    "learning": {
        "linear_l2": 100, "most_rounds": 150, "patience": 40, "calibration_sd": 0.2, "members": 10,
        "xgboost": {
            "max_depth": 3, "eta": 0.1, "min_child_weight": 5, "subsample": 0.8,
            "colsample_bytree": 0.6, "reg_lambda": 5,
        },
    },
    "gate": {"resamples": 200},
    "audit": {"attributes": ["gender"], "intersections": []},
}  # fmt: skip
Declare = Callable[..., None]


@pytest.fixture(scope="session")
def published_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """900 hires and 220 open applications, published; an MLflow store with its tables.

    Made once and copied: making the tables of the store alone takes seconds.
    """
    return once(tmp_path_factory, "published", _publish) / "home"


def _publish(folder: Path) -> None:
    made = _settings(folder)
    set_up(made)
    rows = feature_rows(900)
    publish_features(made, rows, protected_rows(rows))
    Registry(made)


@pytest.fixture(scope="session")
def trained_home(published_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after one training, which made version 1 champion."""

    def train(folder: Path) -> None:
        assert ml.train(_settings(folder, copy_of=published_home), MODEL).promoted

    return once(tmp_path_factory, "trained", train) / "home"


def _settings(folder: Path, *, copy_of: Path | None = None) -> Settings:
    """Settings over a home in `folder`, with the declarations made quick."""
    shutil.copytree(PROJECT_ROOT / "config" / "models", folder / "config" / "models")
    for path in (folder / "config" / "models").glob("*.yml"):
        _edit(path, QUICK)
    if copy_of is not None:
        shutil.copytree(copy_of, folder / "home")
    return Settings(home=folder / "home", config=folder / "config", now=NOW)


@pytest.fixture
def settings(tmp_path: Path, published_home: Path) -> Settings:
    """An MLflow store and an operations database, with nothing published."""
    made = _settings(tmp_path, copy_of=published_home)
    shutil.rmtree(made.published_dir)
    made.warehouse_file.unlink()
    with session(made) as db:
        db.execute(delete(Publication))
    return made


@pytest.fixture
def published(tmp_path: Path, published_home: Path) -> Settings:
    """A copy of the published company of one's own."""
    return _settings(tmp_path, copy_of=published_home)


@pytest.fixture
def trained(tmp_path: Path, trained_home: Path) -> Settings:
    """A copy of the trained company of one's own; only version 1's files are shared."""
    return _settings(tmp_path, copy_of=trained_home)


def _edit(path: Path, changes: dict[str, Any]) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    _merge(content, changes)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def _merge(content: dict[str, Any], changes: dict[str, Any]) -> None:
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(content.get(key), dict):
            _merge(content[key], value)
        else:
            content[key] = value


@pytest.fixture
def declare(tmp_path: Path) -> Declare:
    """Change sections of a declaration of the test's own settings."""

    def change(model: str = MODEL, **changes: Any) -> None:
        _edit(tmp_path / "config" / "models" / f"{model}.yml", changes)

    return change
