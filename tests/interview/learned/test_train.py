"""Training on simulated ratings: passes where it may, refuses where it must, deployed by a person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import learned as command
from cli.main import app
from interview.evaluation.engines import default_engines
from interview.learned import Trained, deploy, deployed, score_learned, train
from interview.learned.store import current, load
from interview.reliability.material import typed
from interview.scoring import Rubric, load_rubric, score_answer
from talentloop import ops
from talentloop.errors import ModelError
from talentloop.ops import audit
from talentloop.settings import Settings
from talentloop.tracking import open_mlflow
from tests.conftest import NOW
from tests.interview.learned import ratings
from tests.interview.scoring.answers import GOOD, QUESTION


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("learned")
    config = ratings.config_for(root, least_answers=100, resamples=20, folds=3)
    made = Settings(home=root / "home", config=config, now=NOW)
    ops.migrate(made)
    return made


@pytest.fixture(scope="module")
def good(here: Settings, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = ratings.write(tmp_path_factory.mktemp("rated") / "good")
    return train(here, folder, "stress")


def test_a_model_near_people_and_alike_for_groups_may_be_deployed(good: Trained) -> None:
    assert good.refusals == []
    assert (good.n_answers, good.n_candidates) == (120, 40)
    assert good.people.qwk is not None
    assert good.model.qwk is not None
    assert good.rubric.qwk is not None
    assert good.model.qwk > good.people.qwk - 0.1
    assert good.model.qwk > good.rubric.qwk
    assert good.interval[0] < good.model.qwk < good.interval[1]
    assert [(g.group, g.n) for g in good.groups] == [("a", 60), ("b", 60)]


def test_the_run_holds_figures_and_nothing_that_anybody_said(
    here: Settings, good: Trained, tmp_path: Path
) -> None:
    mlflow, client = open_mlflow(here)
    run = client.get_run(good.run_id)
    assert run.data.metrics["model.qwk"] == pytest.approx(good.model.qwk)
    assert run.data.tags["may_be_deployed"] == "true"
    folder = Path(mlflow.artifacts.download_artifacts(run_id=good.run_id, dst_path=str(tmp_path)))
    files = {file.name: file.read_text() for file in folder.rglob("*.json")}
    assert set(files) == {"evaluation.json", "model.json"}
    for text in files.values():
        assert not [w for w in ("deadline", "priorit", "截止", "c17", "a17-0") if w in text]


def test_a_person_deploys_and_scores_carry_the_rubric_s_quotes(
    here: Settings, good: Trained
) -> None:
    rubric = load_rubric(here)
    said = typed("x", GOOD["en"], "en")
    by_rule = score_answer(rubric, QUESTION, said)
    assert score_learned(deployed(here, rubric), rubric, said, by_rule) == by_rule
    deploy(here, "stress", good.version, "li.na", note="tested")
    assert audit.first_broken(here) is None
    models = deployed(here, rubric)
    score = score_learned(models, rubric, said, by_rule)
    assert score.scorer_code == "learned"
    assert good.version in score.scorer_version
    stress = next(d for d in score.dimensions if d.dimension_code == "stress")
    others = [d for d in score.dimensions if d.dimension_code != "stress"]
    assert others == [d for d in by_rule.dimensions if d.dimension_code != "stress"]
    quotes = stress.sub_scores[0].evidence
    assert quotes
    assert all(said.text[q.char_start : q.char_end] == q.quote for q in quotes)
    assert stress.level >= 4
    again = score_learned(models, rubric, said, by_rule)
    assert again.model_dump_json() == score.model_dump_json()
    changed = rubric.scoring.model_copy(update={"full_recall": 0.4})
    assert deployed(here, Rubric(changed, rubric.cues, rubric.dimensions)) == {}
    assert good.version in default_engines(here).version(QUESTION)


def test_a_file_that_was_changed_is_refused(here: Settings, good: Trained) -> None:
    path = here.home / "learned" / "stress" / f"{good.version}.json"
    kept = path.read_bytes()
    try:
        path.write_bytes(kept.replace(b'"refusals":[]', b'"refusals":["x"]'))
        with pytest.raises(ModelError, match="not what was trained"):
            load(here, "stress", good.version)
    finally:
        path.write_bytes(kept)
    with pytest.raises(ModelError, match="no such learned model"):
        load(here, "stress", "../../secret")


def test_whom_it_learnt_from_is_kept_under_hashes_only(here: Settings, good: Trained) -> None:
    path = here.home / "learned" / "stress" / f"{good.version}.members.json"
    members = json.loads(path.read_text())
    assert len(members) == 40
    assert all(len(member) == 32 for member in members)
    assert path.stat().st_mode & 0o077 == 0


def test_a_model_that_fails_its_audit_is_never_deployed(here: Settings, tmp_path: Path) -> None:
    folder = ratings.write(tmp_path / "rated", lift=1.2, seed=6)  # raters favour one group
    found = train(here, folder, "stress")
    assert "groups_differ" in found.refusals
    with pytest.raises(ModelError, match="groups_differ"):
        deploy(here, "stress", found.version, "li.na")
    kept = current(here, "stress")
    assert kept is None or kept.version != found.version


def test_too_few_ratings_are_refused_with_the_number_it_takes(
    here: Settings, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=r"30 answers of 10 candidates.*100 of 40"):
        train(here, ratings.write(tmp_path / "rated", candidates=10), "stress")


def test_the_command_prints_both_agreements_and_deploys_nothing(
    here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "get_settings", lambda: here)
    folder = ratings.write(tmp_path / "rated", with_groups=False, seed=9)
    done = CliRunner().invoke(app, ["interview", "learn", str(folder), "--dimension", "stress"])
    assert done.exit_code == 0, done.output
    assert "not_audited" in done.output
    assert all(name in done.output for name in ("people", "model", "rubric"))
    version = done.output.split("stress ")[1].split()[0]
    words = ["interview", "deploy-learned", version, "--dimension", "stress", "--by", "li.na"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == ModelError.exit_code
