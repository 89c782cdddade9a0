"""Scoring: advice that lands once, adds up, and says which model and data it came from."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow as pa
import pytest

import ml
from ml import scoring
from ml.reasons import SHOWN_EACH_WAY
from ml.registry import Registry
from talentloop.contracts import Prediction
from talentloop.landing import LandingZone
from talentloop.ops.loads import loads
from talentloop.settings import Settings
from tests.ml.conftest import MODEL
from tests.ml.synthetic import AS_OF, feature_rows, protected_rows, publish_features


def landed(settings: Settings) -> pa.Table:
    return LandingZone(settings).read("prediction", source="talentloop")


def test_every_scorable_application_gets_a_record_of_the_contract(trained: Settings) -> None:
    result = ml.score(trained, MODEL)
    assert (result.rows, result.landed, result.model_version) == (220, 220, "1")
    assert not result.skipped
    names = list(Prediction.model_fields)
    records = [Prediction(**row) for row in landed(trained).select(names).to_pylist()]
    assert len({record.source_id for record in records}) == 220
    for record in records:
        assert record.source_id == f"{MODEL}:successfactors:{record.application_id}"
        assert record.lower <= record.probability <= record.upper
        assert record.scored_at == AS_OF.to_pydatetime()
    assert 0.05 < pd.Series([r.upper - r.lower for r in records]).median() < 0.6
    assert [load.check_state for load in loads(trained)] == ["pending"]


def test_reasons_add_up_from_the_base_rate_to_the_probability(trained: Settings) -> None:
    ml.score(trained, MODEL)
    rows = {r["application_key"]: r for r in feature_rows(900).to_dict("records")}
    by_application = {r["application_id"]: r for r in rows.values()}
    for record in landed(trained).to_pylist():
        reasons = json.loads(record["reasons"])
        total = record["base_rate"] + sum(reason["points"] for reason in reasons)
        assert total == pytest.approx(record["probability"], abs=1e-6)
        named, rest = reasons[:-1], reasons[-1]
        assert rest["feature"] == "other"
        assert 1 <= len(named) <= 2 * SHOWN_EACH_WAY
        strengths = [abs(reason["points"]) for reason in named]
        assert strengths == sorted(strengths, reverse=True)
        for reason in named:
            value = by_application[record["application_id"]][reason["feature"]]
            if isinstance(reason["value"], float):
                assert reason["value"] == pytest.approx(float(value), abs=1e-4)
                assert 0 <= reason["percentile"] <= 100


def test_scoring_twice_lands_nothing_the_second_time(trained: Settings) -> None:
    first = ml.score(trained, MODEL)
    before = landed(trained)
    again = ml.score(trained, MODEL)
    assert (again.rows, again.landed, again.reason) == (220, 0, "the advice is what it was")
    assert again.data_version == first.data_version
    assert landed(trained).equals(before)


def test_the_same_data_and_model_give_the_same_bytes(
    trained: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[pa.Table] = []
    monkeypatch.setattr(scoring, "_land", lambda _settings, table: seen.append(table) or 0)
    ml.score(trained, MODEL)
    ml.score(trained, MODEL)
    assert seen[0].num_rows == 220
    assert seen[0].equals(seen[1])


def test_only_applications_whose_features_changed_are_landed_again(trained: Settings) -> None:
    ml.score(trained, MODEL)
    rows = feature_rows(900)
    chosen = rows.index[rows["is_scorable"]][:3]
    rows.loc[chosen, "n_interviews"] += 1
    publish_features(trained, rows, protected_rows(rows), build="two")
    assert ml.score(trained, MODEL).landed == 3
    newest = landed(trained).to_pandas().sort_values("load_id").tail(3)
    assert set(newest["application_id"]) == set(rows.loc[chosen, "application_id"])


def test_a_landing_without_its_record_is_taken_up_again(
    trained: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(scoring, "record_load", die)
        with pytest.raises(Killed):
            ml.score(trained, MODEL)
    assert loads(trained) == []
    assert ml.score(trained, MODEL).landed == 0
    assert [(load.entity, load.check_state) for load in loads(trained)] == [
        ("prediction", "pending")
    ]


def test_drift_is_told_and_kept_with_the_version(trained: Settings) -> None:
    same = ml.score(trained, MODEL)
    assert same.drift["professionalism_score_0_1"] < 0.1
    rows = feature_rows(900)
    rows.loc[rows["is_scorable"], "professionalism_score_0_1"] -= 0.2
    publish_features(trained, rows, protected_rows(rows), build="two")
    moved = ml.score(trained, MODEL)
    assert moved.drift["professionalism_score_0_1"] > 0.25
    assert moved.drift["logic_score_0_1"] < 0.1
    client = Registry(trained)._client
    run = client.get_run(str(client.get_model_version(MODEL, "1").run_id))
    kept = run.data.metrics["psi_scoring.professionalism_score_0_1"]
    assert kept == pytest.approx(moved.drift["professionalism_score_0_1"])


def test_nobody_to_score_is_a_skip_with_its_reason(trained: Settings) -> None:
    rows = feature_rows(900, n_open=0)
    publish_features(trained, rows, protected_rows(rows), build="two")
    result = ml.score(trained, MODEL)
    assert (result.skipped, result.landed) == (True, 0)
    assert result.reason == "no application in progress has features to score"


def test_mlflow_serves_what_the_model_itself_says_and_checks_its_inputs(
    trained: Settings,
) -> None:
    served = Registry(trained).load(MODEL, "1")
    model = served.get_raw_model()
    rows = feature_rows(5, n_open=50)
    inputs = model.inputs_of(rows)
    assert inputs["years_experience"].isna().any()
    pd.testing.assert_frame_equal(served.predict(inputs), model.predict(rows))
    with pytest.raises(Exception, match="missing inputs"):
        served.predict(inputs.drop(columns=["n_skills"]))
