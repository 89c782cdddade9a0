"""The nightly monitor of speech recognition: groups from the restricted copy, told as totals."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
import yaml
from sqlalchemy import select

from interview.speech.corrections import correct
from interview.speech.manifest import load_manifest
from interview.transcript import SpeechModel, Transcript
from loop.speech import run_speech_monitor
from talentloop import ops
from talentloop.ops.incidents import open_incidents
from talentloop.ops.models import InterviewEvaluation, StepRun
from talentloop.reports import run_report
from talentloop.settings import Settings
from tests.ml.synthetic import protected_rows, publish_relations

NOW = datetime(2026, 11, 2, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 20, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Six women and six men who were interviewed and published; groups of five are told."""
    made = Settings(home=tmp_path / "home", config=tmp_path / "config", now=NOW)
    shutil.copytree(Settings().config, tmp_path / "config")
    rule = {"min_answers": 4, "min_group_answers": 5, "min_group_people": 5, "min_group_units": 20,
            "group_ratio": 1.5, "group_difference": 0.05}  # fmt: skip
    (made.config / "speech" / "monitor.yml").write_text(yaml.safe_dump(rule))
    ops.migrate(made)
    people = pd.DataFrame({"person_key": [f"person-{n}" for n in range(12)]})
    applications = people.assign(
        source="hr", application_id=[f"app-{n}" for n in range(12)], applied_at=OCTOBER
    )
    protected = protected_rows(people)
    protected[["ethnicity", "marital_status", "citizenship"]] = None
    protected["gender"] = ["female" if n < 6 else "male" for n in range(12)]
    protected["birth_year"] = [1999 if n < 6 else 1980 for n in range(12)]
    publish_relations(
        made,
        {"fct_application": applications},
        {"restricted_protected_attribute": protected},
    )
    return made


def heard(settings: Settings, number: int, machine: str, at: datetime = OCTOBER) -> None:
    """An answer of an interview, with what a person says that it says."""
    key = f"hr:interview-{number}"
    with ops.session(settings) as db:
        if db.get(InterviewEvaluation, key) is None:
            db.add(
                InterviewEvaluation(
                    interview_key=key, source="hr", application_id=f"app-{number}", folder="x",
                    content={}, ended_at=at, noticed_at=at, report_token=f"t{number}",
                )
            )  # fmt: skip
    manifest = load_manifest(settings)
    model = SpeechModel(name=manifest.name, kind=manifest.kind, sha256=manifest.sha256,
                        options_hash=manifest.options_hash)  # fmt: skip
    original = Transcript(
        answer_id="a1", text=machine, language_code="en", language_probability=1.0,
        duration_seconds=9.0 + number, speech_seconds=8.0, model=model,
    )  # fmt: skip
    then = settings.model_copy(update={"now": at})
    correct(then, original, "we reduced the cost", by="reviewer-7", interview_key=key)


def of_groups(settings: Settings) -> dict[object, tuple[object, object]]:
    rows = run_report(settings, "ops_speech_errors").rows
    return {r["group_name"]: (r["attribute"], r["error_rate"]) for r in rows}


def test_groups_are_read_from_the_restricted_copy_and_a_difference_is_an_incident(
    home: Settings,
) -> None:
    for number in range(12):
        heard(home, number, "we seduced the cost" if number < 6 else "we reduced the cost")
    counts = run_speech_monitor(home)
    assert of_groups(home) == {
        None: (None, 0.125),
        "female": ("gender", 0.25), "male": ("gender", 0.0),
        "25-29": ("age_band", 0.25), "45 and over": ("age_band", 0.0),
    }  # fmt: skip
    assert (counts["answers"], counts["rates"], counts["exceeded"]) == (12, 5, 2)
    incidents = open_incidents(home)
    assert {i.location for i in incidents} == {"speech/en/gender", "speech/en/age_band"}


def test_no_group_is_in_logs_steps_or_incidents(
    home: Settings, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(12):
        heard(home, number, "we seduced the cost" if number < 6 else "we reduced the cost")
    run_speech_monitor(home)
    with ops.session(home) as db:
        steps = json.dumps([row.counts for row in db.scalars(select(StepRun))])
    incidents = " ".join(
        f"{i.location} {i.title} {i.detail} {i.remedy}" for i in open_incidents(home)
    )
    printed = capsys.readouterr()
    told = steps + incidents + caplog.text + printed.out + printed.err
    assert "answers" in told
    assert not [word for word in ("female", "25-29", "person-", "app-") if word in told]


def test_a_correction_of_this_month_moves_no_groups_count(home: Settings) -> None:
    for number in range(12):
        heard(home, number, "we reduced the cost", at=NOW if number == 0 else OCTOBER)
    run_speech_monitor(home)
    rows = {r["group_name"]: r["n_answers"] for r in run_report(home, "ops_speech_errors").rows}
    assert (rows[None], rows["female"], rows["male"]) == (12, 5, 6)


def test_before_anything_is_published_languages_are_measured_alone(settings: Settings) -> None:
    for number in range(20):
        heard(settings, number, "we seduced the cost")
    assert run_speech_monitor(settings)["rates"] == 1
    assert of_groups(settings) == {None: (None, 0.25)}


def test_without_corrections_there_is_nothing_to_tell(home: Settings) -> None:
    assert run_speech_monitor(home) == {"answers": 0, "rates": 0, "exceeded": 0}
