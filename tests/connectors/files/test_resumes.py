"""Résumé files from a folder: only whole ones, only what is asked for, each content once."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.files import manifest
from connectors.registry import open_resumes
from connectors.resumes import fetch, fetch_resumes, kept_resumes, load_places
from connectors.resumes.options import Place
from talentloop.errors import ConfigError, SourceError
from talentloop.settings import Settings


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.fixture
def placed(settings: Settings, drop: Path, tmp_path: Path) -> Settings:
    shutil.copytree(settings.config, tmp_path / "config", dirs_exist_ok=True)
    configure(tmp_path / "config", {"path": str(drop), "settle_seconds": 0})
    return settings.model_copy(update={"config": tmp_path / "config"})


def configure(config: Path, *options: dict[str, Any]) -> None:
    places = [{"of": "hr", "connector": "files", **each} for each in options]
    (config / "resumes.yml").write_text(yaml.safe_dump({"max_mib": 1, "places": places}))


def test_a_name_means_the_file_with_its_ending_or_without_and_nothing_else(
    placed: Settings, drop: Path
) -> None:
    for name in ("7.pdf", "8.docx", "77.pdf", "9.pdf", "9.docx", "10.pdf.part", ".11.pdf"):
        (drop / name).write_text(name)
    done = fetch_resumes(placed, {"hr": {"7", "8.docx", "9", "10", "11"}})
    assert (done.fetched, done.missing) == (2, 3)
    kept = kept_resumes(placed, "hr")
    assert {name: path.read_text() for name, path in kept.items()} == {
        "7": "7.pdf", "8.docx": "8.docx",
    }  # fmt: skip


def test_what_belongs_to_another_source_is_left_alone(placed: Settings, drop: Path) -> None:
    (drop / "7.pdf").write_text("x")
    assert fetch_resumes(placed, {"other": {"7"}}) == fetch.Fetched()
    assert kept_resumes(placed, "other") == {}


def test_a_file_without_its_marker_waits(placed: Settings, drop: Path) -> None:
    configure(placed.config, {"path": str(drop), "done_marker": ".done"})
    (drop / "7.pdf").write_text("x")
    assert fetch_resumes(placed, {"hr": {"7"}}).missing == 1
    (drop / "7.pdf.done").touch()
    assert fetch_resumes(placed, {"hr": {"7"}}).fetched == 1


@pytest.mark.parametrize("step", ["claim", "keep", "mark_done"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_between_two_steps_nothing_is_lost_or_kept_twice(
    placed: Settings, drop: Path, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    class KilledError(BaseException):
        pass

    real = getattr(fetch, step)

    def killed(*args: Any, **kwargs: Any) -> None:
        if when == "after":
            real(*args, **kwargs)
        raise KilledError

    (drop / "7.pdf").write_text("a résumé")
    with monkeypatch.context() as patch:
        patch.setattr(fetch, step, killed)
        patch.setattr(fetch, "release", lambda *_: None)  # a kill releases nothing
        patch.setattr(manifest, "has_died", lambda _owner: True)
        with pytest.raises(KilledError):
            fetch_resumes(placed, {"hr": {"7"}})
    monkeypatch.setattr(manifest, "has_died", lambda _owner: True)
    fetch_resumes(placed, {"hr": {"7"}})
    assert kept_resumes(placed, "hr")["7"].read_text() == "a résumé"
    files = [path for path in placed.kept_resumes_dir.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert fetch_resumes(placed, {"hr": {"7"}}).fetched == 0


def test_a_folder_that_is_gone_names_itself_and_the_remedy(placed: Settings, drop: Path) -> None:
    drop.rmdir()
    with pytest.raises(SourceError, match=r"config/resumes\.yml") as caught:
        fetch_resumes(placed, {"hr": {"7"}})
    assert caught.value.where == str(drop)


def test_a_place_that_does_not_fit_is_named(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="place of hr"):
        open_resumes(settings, Place(of="hr", connector="feishu"))
    with pytest.raises(ConfigError, match="folder"):
        open_resumes(
            settings, Place.model_validate({"of": "hr", "connector": "files", "folder": "x"})
        )
    with pytest.raises(ConfigError, match="place of ibm_attrition"):
        open_resumes(settings, Place(of="ibm_attrition", connector="successfactors"))


def test_the_example_in_the_configuration_fits(settings: Settings) -> None:
    text = (settings.config / "resumes.yml").read_text()
    shown = [line[4:] for line in text.splitlines() if line.startswith("#   ")]
    places = [Place.model_validate(each) for each in yaml.safe_load("\n".join(shown))]
    assert [place.connector for place in places] == ["files", "successfactors"]
    assert load_places(settings).places == ()
    key = "ssh-ed25519 " + base64.b64encode(b"a key").decode()
    access = {"host_key": key, "password": "file:resumes.key"}
    (settings.home / "secrets").mkdir(parents=True, exist_ok=True)
    (settings.home / "secrets" / "resumes.key").write_text("a password")
    open_resumes(settings, places[0].model_copy(update={"access": access})).close()
