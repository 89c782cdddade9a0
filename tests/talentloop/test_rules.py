"""Rule files of the enterprise: read, validated, handed to the warehouse."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.warehouse.rules import rule_variables


@pytest.fixture
def own_config(settings: Settings, tmp_path: Path) -> Settings:
    for name in ("portraits", "rules"):
        shutil.copytree(settings.config / name, tmp_path / name)
    for name in ("validity.yml", "reporting.yml"):
        shutil.copy(settings.config / name, tmp_path / name)
    return settings.model_copy(update={"config": tmp_path})


def test_the_shipped_rules_are_sound(settings: Settings) -> None:
    rules = rule_variables(settings)
    versions = [v for portrait in rules["portraits"] for v in portrait["versions"]]
    assert [sum(v["weights"].values()) for v in versions] == pytest.approx([1] * len(versions))
    assert {p["code"] for p in rules["portraits"]} == {"default", "innovation", "wolf"}
    assert rules["high_potential"]["min_score_0_100"] == 80


def test_the_systems_that_take_results_back_are_those_of_the_destinations(
    settings: Settings, own_config: Settings
) -> None:
    assert rule_variables(settings)["write_back_sources"] == ["successfactors"]
    assert rule_variables(own_config)["write_back_sources"] == []
    folder = own_config.config / "destinations"
    folder.mkdir()
    for name in ("talent", "again"):
        (folder / f"{name}.yml").write_text("source: yonyou\n")
    (folder / "hr.yml").write_text("source: acme_hr\n")
    assert rule_variables(own_config)["write_back_sources"] == ["acme_hr", "yonyou"]


def test_weights_that_do_not_add_up_are_refused(own_config: Settings) -> None:
    file = own_config.config / "portraits" / "default.yml"
    file.write_text(file.read_text().replace("teamwork: 0.15", "teamwork: 0.25"))
    with pytest.raises(ConfigError, match=r"default\.yml.*") as refused:
        rule_variables(own_config)
    assert "add up to 1.1" in str(refused.value)


def test_a_rule_of_estimates_that_does_not_exist_is_refused(own_config: Settings) -> None:
    file = own_config.config / "rules" / "estimates.yml"
    file.write_text(file.read_text().replace("reentry_rule: sum", "reentry_rule: longest"))
    with pytest.raises(ConfigError, match="'sum' or 'first'"):
        rule_variables(own_config)
