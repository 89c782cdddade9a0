"""A saved company is the same company, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.sandbox.company import Company, load_company, simulate, truth
from talentloop.errors import ConfigError


def test_saved_and_loaded_company_is_the_same(small: Company, tmp_path: Path) -> None:
    small.save(tmp_path / "company")
    loaded = load_company(tmp_path / "company")
    assert all(loaded.tables[entity].equals(small.tables[entity]) for entity in small.tables)
    assert truth(loaded, small.clock_start) == truth(small, small.clock_start)


def test_saving_again_replaces_and_leaves_nothing_beside(small: Company, tmp_path: Path) -> None:
    folder = tmp_path / "company"
    simulate("test", seed=3).save(folder)
    small.save(folder)
    assert load_company(folder).seed == small.seed
    assert [path.name for path in tmp_path.iterdir()] == ["company"]


def test_a_folder_that_is_not_whole_is_refused(small: Company, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No simulated company"):
        load_company(tmp_path / "nothing")
    small.save(tmp_path / "company")
    (tmp_path / "company" / "offer.parquet").unlink()
    with pytest.raises(ConfigError, match="parts of it are missing"):
        load_company(tmp_path / "company")


def test_a_failed_save_leaves_the_older_company(
    small: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "company"
    small.save(folder)

    def full_disk(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("connectors.sandbox.company.store.pq.write_table", full_disk)
    with pytest.raises(OSError, match="No space left"):
        simulate("test", seed=3).save(folder)
    monkeypatch.undo()
    assert load_company(folder).seed == small.seed
    assert [path.name for path in tmp_path.iterdir()] == ["company"]
