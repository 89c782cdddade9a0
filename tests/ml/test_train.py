"""Training from published features to a decision: what is learnt, refused, skipped, resumed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import ml
from ml import promotion, trial
from ml.registry import Registry
from talentloop.errors import ConfigError, ModelError, PublishError
from talentloop.settings import PROJECT_ROOT, Settings
from tests.ml.conftest import MODEL, Declare
from tests.ml.synthetic import DIMENSIONS, EFFECTS, feature_rows, protected_rows, publish_features


def gate_row(result: ml.TrainResult, name: str) -> bool:
    return next(row.passed for row in result.decision if row.name == name)


def test_a_model_that_beats_its_baselines_becomes_champion(trained: Settings) -> None:
    assert promotion.aliases(trained, MODEL) == {"champion": "1"}
    assert Registry(trained).load(MODEL, "1").get_raw_model().facts.name == MODEL
    status = {s.model_name: s for s in ml.champion_status(trained)}
    metrics = status[MODEL].metrics
    assert status[MODEL].champion_version == "1"
    assert metrics["test.log_loss"] < metrics["logistic.log_loss"] < metrics["prior.log_loss"]
    assert metrics["gain_over_prior.log_loss.lower"] > 0
    assert status["probation_attrition"].champion_version is None


def test_the_order_of_planted_effects_is_recovered(trained: Settings) -> None:
    model = Registry(trained).load(MODEL, "1").get_raw_model()
    rows = feature_rows(10, n_open=400, seed=99)
    strength = model.contributions(rows).abs().mean()
    found = sorted(DIMENSIONS, key=lambda d: -strength[f"{d}_score_0_1"])
    assert found[:3] == ["professionalism", "teamwork", "logic"]
    assert found[:3] == sorted(DIMENSIONS, key=lambda d: -EFFECTS[d])[:3]
    assert strength["culture_score_0_1"] < 0.2 * strength["professionalism_score_0_1"]
    assert strength["years_experience"] > strength["logic_score_0_1"]


def test_the_same_data_are_not_trained_again(trained: Settings) -> None:
    again = ml.train(trained, MODEL)
    assert (again.skipped, again.promoted, again.version) == (True, False, "1")
    assert again.data_version == ml.champion_status(trained)[0].data_version
    assert again.reason == "the matured rows are those of version 1"
    assert "beats_prior" in [row.name for row in again.decision]


def test_only_matured_rows_that_changed_train_again(trained: Settings) -> None:
    rows = feature_rows(900)
    rows.loc[rows["is_scorable"], "days_to_decision"] += 1
    publish_features(trained, rows, protected_rows(rows), build="two")
    assert ml.train(trained, MODEL).skipped
    rows.loc[0, "n_skills"] += 1
    publish_features(trained, rows, protected_rows(rows), build="three")
    again = ml.train(trained, MODEL)
    assert (again.skipped, again.version) == (False, "2")


def test_a_model_that_does_not_beat_the_logistic_is_refused(
    published: Settings, declare: Declare
) -> None:
    declare(learning={"linear_l2": None, "xgboost": {"eta": 0.001}})
    result = ml.train(published, MODEL)
    assert not gate_row(result, "beats_logistic")
    assert (result.promoted, result.version) == (False, "1")
    assert "beats_logistic" in result.reason
    assert promotion.aliases(published, MODEL) == {"challenger": "1"}
    assert ml.champion_status(published)[0].last_decision == "refused"
    assert ml.score(published, MODEL).reason.startswith("no champion: version 1 was refused (")


def test_labels_without_a_pattern_are_refused(settings: Settings) -> None:
    rows = feature_rows(900)
    known = rows["label"].notna()
    rows.loc[known, "label"] = rows.loc[known, "label"].sample(frac=1, random_state=1).to_numpy()
    publish_features(settings, rows, protected_rows(rows))
    result = ml.train(settings, MODEL)
    assert not gate_row(result, "beats_prior")
    assert not result.promoted


def test_a_worse_version_leaves_the_champion_in_place(trained: Settings, declare: Declare) -> None:
    declare(learning={"most_rounds": 5})
    worse = ml.train(trained, MODEL)
    assert not gate_row(worse, "not_worse_than_champion")
    assert (worse.version, worse.promoted) == ("2", False)
    assert promotion.aliases(trained, MODEL) == {"champion": "1", "challenger": "2"}


def test_a_better_version_takes_over_and_remembers_whom_it_followed(
    published: Settings, declare: Declare
) -> None:
    declare(learning={"most_rounds": 12}, gate={"max_calibration_error": 0.5})
    assert ml.train(published, MODEL).promoted
    assert ml.score(published, MODEL).landed == 220
    declare(learning={"most_rounds": 150})
    assert ml.train(published, MODEL).promoted
    rescored = ml.score(published, MODEL)
    assert (rescored.landed, rescored.model_version) == (220, "2")
    assert promotion.aliases(published, MODEL) == {"champion": "2", "previous": "1"}
    registered = Registry(published)
    first, second = (registered.served(MODEL, version).model for version in ("1", "2"))
    served = registered.served(MODEL, registered.version_of(MODEL, "champion")).model
    rows = feature_rows(50, n_open=5)
    assert (served.probability(rows) == second.probability(rows)).all()
    assert (served.probability(rows) != first.probability(rows)).any()


def test_too_few_labels_train_nothing_and_say_so(settings: Settings) -> None:
    rows = feature_rows(30, n_open=5)
    publish_features(settings, rows, protected_rows(rows))
    result = ml.train(settings, MODEL)
    assert (result.skipped, result.version, result.promoted) == (True, None, False)
    assert "of 300 training rows" in result.reason
    scored = ml.score(settings, MODEL)
    assert (scored.skipped, scored.landed) == (True, 0)
    assert scored.reason == "no champion: no version has been trained yet"


def test_a_tiny_company_trains_with_relaxed_minimums(settings: Settings, declare: Declare) -> None:
    rows = feature_rows(40, n_open=5)
    publish_features(settings, rows, protected_rows(rows))
    declare(minimum={"train_rows": 10, "test_rows": 4, "train_cases": 2, "test_cases": 1})
    result = ml.train(settings, MODEL)
    assert (result.version, result.skipped) == ("1", False)
    assert len(result.decision) == 7


def test_nothing_about_a_person_is_in_mlflow(trained_home: Path) -> None:
    files = [path for path in (trained_home / "mlflow").rglob("*") if path.is_file()]
    assert {"MLmodel", "model_card.md", "audit.json", "booster.ubj"} <= {p.name for p in files}
    assert not [path for path in files if path.suffix in (".pkl", ".pickle")]
    for path in files:
        content = path.read_bytes()
        assert b"p_secret" not in content, path
        assert b"A00" not in content, path


def test_unknown_models_and_an_empty_house_are_told_apart(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="There is no model 'salary'"):
        ml.train(settings, "salary")
    with pytest.raises(PublishError, match="Nothing has been published yet"):
        ml.train(settings, MODEL)


def test_a_feature_table_that_lacks_a_column_is_named(settings: Settings) -> None:
    rows = feature_rows(20, n_open=2)
    publish_features(settings, rows.drop(columns=["n_skills"]), protected_rows(rows))
    with pytest.raises(ModelError, match="lacks n_skills"):
        ml.train(settings, MODEL)


class Killed(BaseException):
    """Stands in for a kill where a child process would be waste."""


def test_killed_before_the_aliases_move_the_next_run_moves_them(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Registry, "mirror", die)
        with pytest.raises(Killed):
            ml.train(published, MODEL)
    with pytest.raises(ModelError, match="does not have what was registered"):
        Registry(published).version_of(MODEL, "champion")
    assert ml.train(published, MODEL).skipped
    assert Registry(published).version_of(MODEL, "champion") == "1"


def test_a_lost_champion_is_named_and_does_not_stand_in_the_way(
    published: Settings, declare: Declare
) -> None:
    assert ml.train(published, MODEL).promoted
    shutil.rmtree(published.mlflow_artifacts_dir / MODEL / "models")
    with pytest.raises(ModelError, match="does not have what was registered"):
        ml.score(published, MODEL)
    declare(learning={"seed": 5})
    again = ml.train(published, MODEL)
    assert (again.version, again.promoted) == ("2", True)
    row = next(row for row in again.decision if row.name == "not_worse_than_champion")
    assert "version 1 is lost" in row.detail
    assert ml.score(published, MODEL).landed == 220


def test_a_champion_that_changed_meanwhile_stops_the_promotion(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = promotion.Candidate(MODEL, "77", "d", "c", "v", None, (), "ok", {})
    real = trial.run_trial

    def slow(*arguments: object) -> object:
        found = real(*arguments)  # type: ignore[arg-type]
        promotion.record_decision(published, moved, published.clock.now())
        return found

    with monkeypatch.context() as patch:
        patch.setattr(trial, "run_trial", slow)
        with pytest.raises(ModelError, match="changed the champion meanwhile"):
            ml.train(published, MODEL)
    assert promotion.aliases(published, MODEL) == {"champion": "77"}
    assert [row.model_version for row in promotion.decisions(published, MODEL)] == ["77"]


def test_asking_where_the_models_stand_needs_no_heavy_library() -> None:
    code = (
        "import sys, ml, ml.status, ml.promotion, ml.results\n"
        "heavy = {'mlflow', 'xgboost', 'sklearn', 'scipy', 'pandas'} & set(sys.modules)\n"
        "print(sorted(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


_CHILD = """
    import os, signal, socket, sys
    from pathlib import Path
    from talentloop.settings import Settings

    def refuse(*arguments):
        Path(sys.argv[2]).write_text(repr(arguments))
        raise OSError("no network here")

    socket.socket.connect = refuse
    socket.getaddrinfo = refuse
    import ml
    from ml import promotion
    promotion.record_decision = lambda *a: os.kill(os.getpid(), signal.SIGKILL)
    settings = Settings.model_validate_json(Path(sys.argv[1]).read_text())
    ml.train(settings, "performance_6m")
"""


def test_killed_between_registration_and_decision_the_version_is_taken_up_again(
    published: Settings, tmp_path: Path
) -> None:
    """The child also proves that training reaches for no network, telemetry included."""
    arguments, attempts = tmp_path / "settings.json", tmp_path / "attempts"
    arguments.write_text(published.model_dump_json())
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_CHILD), str(arguments), str(attempts)],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-2000:]
    assert not attempts.exists(), attempts.read_text()
    assert promotion.decisions(published, MODEL) == []
    result = ml.train(published, MODEL)
    assert (result.version, result.promoted) == ("1", True)
    assert promotion.aliases(published, MODEL) == {"champion": "1"}
