"""What results follow from is named in them: a change touches what it bears on, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from interview.evaluation import queue
from interview.evaluation.answer import Engines
from interview.evaluation.engines import default_engines
from interview.evaluation.notice import find, notice
from interview.evaluation.work import results_of
from interview.session import Interview
from loop.interviews import steps
from loop.interviews.renew import renew
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from tests.interview.evaluation.made import engines, folder, interview
from tests.loop.interviews.test_steps import KEY, SF, evaluated

ROOT = Path(__file__).parents[3]
PROBLEM = "pair_sum"


@pytest.fixture
def home(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without_pdf: None
) -> Settings:
    """An installation whose engines are made, and named as the real ones are."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    made = settings.model_copy(update={"config": tmp_path / "config"})
    monkeypatch.setattr(steps, "engines_of", named)
    notice(made, folder(made.home, asked()), is_simulated=True)
    return made


def named(settings: Settings, log: Path | None = None) -> Engines:
    return replace(engines(log=log), version=default_engines(settings).version)


def asked() -> Interview:
    """Two recordings, and a program for a problem that there is."""
    made = interview(code=True, source=SF)
    questions = [
        each.model_copy(update={"problem_code": PROBLEM}) if each.problem_code else each
        for each in made.questions
    ]
    return made.model_copy(update={"questions": tuple(questions)})


def edit(name: str, old: str, new: str) -> Callable[[Settings], None]:
    def apply(settings: Settings) -> None:
        path = settings.config / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return apply


CODE, SPOKEN = ["q3-1"], ["q1-1", "q2-1"]


@pytest.mark.parametrize(
    ("change", "touched"),
    [
        (edit(f"problems/{PROBLEM}/hidden.yml", "weight: ", "weight: 1"), CODE),
        (edit(f"problems/{PROBLEM}/tools.py", "def ", "\ndef "), CODE),
        (edit("judge.yml", "level_from: [0.2", "level_from: [0.3"), CODE),
        (edit("problems/brackets/hidden.yml", "tests:", "tests: "), []),
        (edit("speech/models/test_fixture.yml", "beam_size: 1", "beam_size: 2"), SPOKEN),
        (edit("speech/models/test_fixture.yml", "model.bin: 4", "model.bin: 5"), SPOKEN),
        (edit("speech/gate.yml", "min_units: ", "min_units: 1"), SPOKEN),
        (edit("speech/monitor.yml", "#", "# "), []),
    ],
    ids=["hidden-test", "tools", "judge", "other-problem", "decoding", "model", "gate", "monitor"],
)
def test_a_change_touches_what_it_bears_on_and_the_interview_goes_out_anew(
    home: Settings, change: Callable[[Settings], None], touched: list[str], tmp_path: Path
) -> None:
    evaluated(home)
    steps.run_finish(home, KEY)
    token, before = find(home, KEY).report_token[:8], results_of(home, KEY)
    change(home)
    log = tmp_path / "log"
    assert renew(home, named(home), token, by="li.na") == touched
    assert [key.answer_id for key in queue.waiting(home)] == touched
    for key in queue.waiting(home):
        assert steps.work.evaluate(home, named(home, log), key)
    assert (log.read_text().split() if log.exists() else []) == touched  # never the old result
    after = results_of(home, KEY)
    changed = [name for name in before if after[name].input_hash != before[name].input_hash]
    assert sorted(changed) == touched
    assert find(home, KEY).state == ("evaluated" if touched else "delivered")


def test_an_interview_under_way_is_not_renewed(home: Settings) -> None:
    with pytest.raises(ConfigError, match="being evaluated"):
        renew(home, named(home), find(home, KEY).report_token[:8], by="li.na")
