"""The monitor of recognition errors: rates worked out by hand, incidents, and no small groups."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from interview.speech.corrections import correct
from interview.speech.manifest import load_manifest
from interview.speech.monitor import ErrorRate, Speakers, corrected_answers
from interview.speech.monitor import error_rates as rates_of
from interview.speech.watch import speakers_in_file
from interview.speech.watch import watch as watch_answers
from interview.transcript import SpeechModel, Transcript
from talentloop.errors import ContractError
from talentloop.ops.incidents import open_incidents
from talentloop.reports import run_report
from talentloop.settings import Settings


@pytest.fixture
def watched(settings: Settings, tmp_path: Path) -> Settings:
    """Settings whose monitor tells rates of four answers and groups of five."""
    config = tmp_path / "config"
    shutil.copytree(settings.config, config)
    rule = {"min_answers": 4, "min_group_answers": 5, "min_group_people": 5, "min_group_units": 20,
            "group_ratio": 1.5, "group_difference": 0.05}  # fmt: skip
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


def replace_model(settings: Settings) -> None:
    file = Path(settings.config / "speech" / "models" / f"{settings.speech_model}.yml")
    content = yaml.safe_load(file.read_text())
    content["files"]["model.bin"] = "0" * 64
    file.write_text(yaml.safe_dump(content))


def error_rates(settings: Settings, groups: dict[str, str]) -> list[ErrorRate]:
    answers = corrected_answers(settings)
    return rates_of(settings, answers, speakers(settings, groups))


def watch(settings: Settings, groups: dict[str, str] | None = None) -> list[ErrorRate]:
    found = speakers(settings, groups) if groups is not None else None
    return watch_answers(settings, corrected_answers(settings), found)


def speakers(settings: Settings, groups: dict[str, str], people: int = 1000) -> Speakers:
    """Groups by answer; each answer is somebody's own, unless there are fewer people."""
    ids = [each.original.answer_id for each in corrected_answers(settings)]
    return Speakers(
        [f"p{int(each[1:]) % people}" for each in ids], {"dialect": [groups.get(i) for i in ids]}
    )


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
    (incident,) = open_incidents(watched)
    assert incident.location == "speech/en/dialect"
    assert "one" not in f"{incident.title} {incident.detail}".split(), "no group is named"
    for number in range(10, 40):
        add(watched, f"a{number}", "we reduced the cost a lot", "we reduced the cost a lot")
        groups[f"a{number}"] = "one"
    watch(watched, groups)
    assert not open_incidents(watched)


def test_a_difference_on_too_few_words_is_told_and_no_incident(watched) -> None:
    groups = {f"a{number}": "one" if number < 5 else "two" for number in range(10)}
    for number, answer_id in enumerate(groups):
        add(watched, answer_id, "we seduced it" if number < 5 else "we reduced it", "we reduced it")
    told = {rate.group: rate for rate in watch(watched, groups) if rate.group}
    # 15 words each, of 20 that are needed.
    assert (told["one"].rate, told["one"].units, told["one"].is_exceeded) == (0.3333, 15, False)
    assert not open_incidents(watched)


def test_many_answers_of_few_people_are_no_group(watched) -> None:
    groups = {f"a{number}": "one" if number % 2 else "two" for number in range(24)}
    for answer_id in groups:
        add(watched, answer_id, "we seduced the cost", "we reduced the cost")
    answers = corrected_answers(watched)
    assert len(rates_of(watched, answers, speakers(watched, groups, people=24))) == 4
    assert len(rates_of(watched, answers, speakers(watched, groups, people=8))) == 2


def test_a_speaker_whom_nobody_knows_is_in_no_group(watched) -> None:
    groups = {f"a{number}": "one" if number % 2 else "two" for number in range(12)}
    for answer_id in groups:
        add(watched, answer_id, "we seduced the cost", "we reduced the cost")
    answers = corrected_answers(watched)
    unknown = Speakers([None] * 12, speakers(watched, groups).groups)
    assert [rate.group for rate in rates_of(watched, answers, unknown)] == [None, None]


def test_a_group_that_is_not_told_cannot_be_reckoned_from_the_others(watched) -> None:
    """Of 6, 6 and 4 answers the last is left out of what the others are compared with."""
    groups = {f"a{n}": "one" if n < 6 else "two" if n < 12 else "few" for n in range(16)}
    for number, answer_id in enumerate(groups):
        add(watched, answer_id, "we seduced the cost" if number >= 12 else "we reduced the cost",
            "we reduced the cost")  # fmt: skip
    told = {rate.group: rate.limit for rate in error_rates(watched, groups) if rate.group}
    assert told == {"one": 0.05, "two": 0.05}


def test_rates_are_kept_once_a_day_and_tell_no_answer(watched) -> None:
    groups = {f"a{number}": "one" if number < 5 else "two" for number in range(10)}
    for answer_id in groups:
        add(watched, answer_id, "we seduced the cost", "we reduced the cost")
    for _ in range(2):
        watch(watched, groups)
    rows = run_report(watched, "ops_speech_errors").rows
    assert [(r["language_code"], r["group_name"], r["n_answers"], r["error_rate"]) for r in rows] == [
        ("en", None, 10, 0.25), ("en", "one", 5, 0.25), ("en", "two", 5, 0.25),
    ]  # fmt: skip
    next_day = watched.model_copy(update={"now": watched.clock.now() + timedelta(days=1)})
    watch(next_day)
    assert [r["group_name"] for r in run_report(next_day, "ops_speech_errors").rows] == [None]


def test_an_incident_of_a_model_that_was_replaced_is_over(watched) -> None:
    groups = {f"a{number}": "one" if number < 5 else "two" for number in range(10)}
    for number, answer_id in enumerate(groups):
        add(watched, answer_id, "no words right here" if number < 5 else "we reduced the cost",
            "we reduced the cost")  # fmt: skip
    watch(watched, groups)
    assert len(open_incidents(watched)) == 2
    replace_model(watched)
    watch(watched, groups)
    assert not open_incidents(watched)


def test_a_group_of_too_few_is_never_told_and_neither_is_its_complement(watched) -> None:
    groups = {f"a{number}": "few" if number < 4 else "many" for number in range(12)}
    for answer_id in groups:
        add(watched, answer_id, "we seduced the cost", "we reduced the cost")
    assert [rate.group for rate in error_rates(watched, groups)] == [None, None]


def test_answers_of_another_model_do_not_count(watched) -> None:
    add(watched, "a1", "we seduced the cost", "we reduced the cost")
    replace_model(watched)
    assert error_rates(watched, {})[0].answers == 0


def test_a_file_of_groups_is_read_and_its_faults_are_told_by_row(watched, tmp_path: Path) -> None:
    for answer_id in ("a1", "a2", "a3"):
        add(watched, answer_id, "we seduced the cost", f"we reduced the cost {answer_id}")
    answers = corrected_answers(watched)
    file = tmp_path / "groups.csv"
    file.write_text("answer_id,group\na1,one\na2,two\n")
    found = speakers_in_file(file, answers)
    by_answer = zip(found.people, found.groups["group"], strict=True)
    assert set(by_answer) == {("a1", "one"), ("a2", "two"), ("a3", None)}
    file.write_text("answer_id,group\na1,one\na2,\n")
    with pytest.raises(ContractError, match=r"groups\.csv, row 3"):
        speakers_in_file(file, answers)
    file.write_text("answer,group\n")
    with pytest.raises(ContractError, match="columns answer_id and group"):
        speakers_in_file(file, answers)
