"""The monitor of recognition errors: rates worked out by hand, incidents, and no small groups."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from interview.speech.corrections import correct
from interview.speech.manifest import load_manifest
from interview.speech.monitor import error_rates, read_groups, watch
from interview.transcript import SpeechModel, Transcript
from talentloop.errors import ContractError
from talentloop.ops.incidents import open_incidents
from talentloop.settings import Settings


@pytest.fixture
def watched(settings: Settings, tmp_path: Path) -> Settings:
    """Settings whose monitor tells rates of four answers and groups of five."""
    config = tmp_path / "config"
    shutil.copytree(settings.config / "speech", config / "speech")
    rule = {"min_answers": 4, "min_group_answers": 5, "group_ratio": 1.5, "group_difference": 0.05}
    (config / "speech" / "monitor.yml").write_text(yaml.safe_dump(rule))
    return settings.model_copy(update={"config": config})


def add(settings: Settings, answer_id: str, machine: str, said: str, language: str = "en") -> None:
    manifest = load_manifest(settings)
    model = SpeechModel(name=manifest.name, kind=manifest.kind, sha256=manifest.sha256,
                        options_hash=manifest.options_hash)  # fmt: skip
    original = Transcript(
        answer_id=answer_id, text=machine, language_code=language, language_probability=1.0,
        duration_seconds=9.0, speech_seconds=8.0, model=model,
    )  # fmt: skip
    correct(settings, original, said, by="reviewer-7")


def test_word_errors_are_substitutions_deletions_and_insertions_over_what_was_said(watched) -> None:
    add(watched, "a1", "we seduced the cost", "we reduced the cost")  # one substitution of 4
    add(watched, "a2", "we the cost", "we reduced the cost")  # one deletion of 4
    add(watched, "a3", "we reduced all the cost", "We reduced the cost.")  # one insertion of 4
    add(watched, "a4", "as a result", "as a result")  # none of 3
    english = error_rates(watched, {})[0]
    assert (english.measure, english.answers, english.units) == ("WER", 4, 15)
    assert english.rate == pytest.approx(3 / 15)


def test_chinese_errors_are_counted_by_character(watched) -> None:
    for number in range(4):
        add(watched, f"a{number}", "我制定计画", "我制定了计划。", "zh")
    chinese = next(r for r in error_rates(watched, {}) if r.language_code == "zh")
    # 了 is missing and 划 is wrong: two of the six characters.
    assert (chinese.measure, chinese.units, chinese.rate) == ("CER", 24, round(2 / 6, 4))


def test_too_few_answers_give_no_rate(watched) -> None:
    add(watched, "a1", "we seduced the cost", "we reduced the cost")
    assert error_rates(watched, {})[0].rate is None
    assert watch(watched)
    assert not open_incidents(watched)


def test_a_rate_above_the_manifests_limit_is_an_incident_until_it_is_back(watched) -> None:
    for number in range(4):
        add(watched, f"a{number}", "no words right here", "we reduced the cost")
    assert watch(watched)[0].is_exceeded
    (incident,) = open_incidents(watched)
    assert (incident.kind, incident.location) == ("speech_errors", "speech/en")
    assert "1.0" in incident.detail
    for number in range(4, 40):
        add(watched, f"a{number}", "we reduced the cost a lot", "we reduced the cost a lot")
    assert not watch(watched)[0].is_exceeded
    assert not open_incidents(watched)


def test_a_group_that_is_heard_worse_is_an_incident_of_its_own(watched) -> None:
    groups = {}
    for number in range(10):
        group = "one" if number < 5 else "two"
        machine = "we reduced a cost" if number < 5 else "we reduced the cost"
        add(watched, f"a{number}", machine, "we reduced the cost")
        groups[f"a{number}"] = group
    one = next(rate for rate in watch(watched, groups) if rate.group == "one")
    # Five of twenty words against none: the limit is the others' rate and 0.05 more.
    assert (one.rate, one.limit, one.is_exceeded) == (0.25, 0.05, True)
    assert [i.location for i in open_incidents(watched)] == ["speech/en/one"]


def test_a_group_of_too_few_is_never_told_and_neither_is_its_complement(watched) -> None:
    groups = {f"a{number}": "few" if number < 4 else "many" for number in range(12)}
    for answer_id in groups:
        add(watched, answer_id, "we seduced the cost", "we reduced the cost")
    assert [rate.group for rate in error_rates(watched, groups)] == [None, None]


def test_answers_of_another_model_do_not_count(watched) -> None:
    add(watched, "a1", "we seduced the cost", "we reduced the cost")
    other = Path(watched.config / "speech" / "models" / f"{watched.speech_model}.yml")
    content = yaml.safe_load(other.read_text())
    content["files"]["model.bin"] = "0" * 64
    other.write_text(yaml.safe_dump(content))
    assert error_rates(watched, {})[0].answers == 0


def test_a_file_of_groups_is_read_and_its_faults_are_told_by_row(tmp_path: Path) -> None:
    file = tmp_path / "groups.csv"
    file.write_text("answer_id,group\na1,one\na2,two\n")
    assert read_groups(file) == {"a1": "one", "a2": "two"}
    file.write_text("answer_id,group\na1,one\na2,\n")
    with pytest.raises(ContractError, match=r"groups\.csv, row 3"):
        read_groups(file)
    file.write_text("answer,group\n")
    with pytest.raises(ContractError, match="columns answer_id and group"):
        read_groups(file)
