"""The doors out: features, predictions and exports."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import select

from expectations import check_exports, check_features, check_predictions
from expectations.tables import DIMENSIONS, EXPORTS, FEATURES, feature_table
from talentloop.errors import CheckFailedError, ConfigError, PublishError
from talentloop.ops import session
from talentloop.ops.incidents import open_incidents
from talentloop.ops.models import CheckResult
from talentloop.settings import Settings
from tests.expectations.batches import OBSERVED, T0, batch
from tests.published_copy import publish_tables

MODEL = "performance_6m"
TABLE = "feat_performance_6m__asof"


def feature_rows(n: int = 240) -> list[dict[str, Any]]:
    """Rows whose label follows the parity of the row, and whose features do not."""
    rows = []
    for i in range(n):
        row: dict[str, Any] = dict.fromkeys(feature_table(MODEL).columns)
        row.update({name: (i * 7 % 11) / 10 for name in FEATURES if name.endswith("_0_1")})
        row.update({"n_interviews": 1 + i % 3, "education_rank": i % 4, "is_internal": i % 5 == 0})
        row.update({"source_channel_code": "referral", "job_family_code": "rd"})
        row.update({"application_key": f"a{i}", "decision_at": T0 - timedelta(days=200)})
        row.update({"label": i % 2 == 0, "label_available_at": T0, "is_mature": True})
        row.update({"is_trainable": True, "is_scorable": False})
        rows.append(row)
    return rows


_TYPES = {
    **dict.fromkeys(FEATURES, pa.float64()),
    "is_internal": pa.bool_(), "source_channel_code": pa.string(), "job_family_code": pa.string(),
    "n_interviews": pa.int32(), "education_rank": pa.int32(),
    "decision_at": pa.timestamp("us", "UTC"), "label_available_at": pa.timestamp("us", "UTC"),
    **dict.fromkeys(("label", "is_mature", "is_trainable", "is_scorable"), pa.bool_()),
}  # fmt: skip
SCHEMA = pa.schema([(c, _TYPES.get(c, pa.string())) for c in feature_table(MODEL).columns])


def publish_features(settings: Settings, rows: list[dict[str, Any]]) -> str:
    return publish_tables(settings, {TABLE: pa.Table.from_pylist(rows, SCHEMA)}, OBSERVED)


def test_sound_features_pass_and_are_kept_under_their_version(settings: Settings) -> None:
    version = publish_features(settings, feature_rows())
    report = check_features(settings, MODEL)
    assert [run.load_id for run in report.runs] == [version]
    with session(settings) as db:
        suites = {r.suite: r.success for r in db.scalars(select(CheckResult))}
    assert suites == {f"out.{TABLE}": True, f"label.{TABLE}": True}


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"application_key": "a8"}, "application_key is unique"),
    ({"decision_at": OBSERVED + timedelta(days=1)}, "no decision lies after the data"),
    ({"label_available_at": OBSERVED + timedelta(days=1)}, "label was known when the data"),
    ({"label": None}, "a mature row has its label"),
    ({"is_mature": False}, "only a mature row has a label"),
    ({"logic_score_0_1": 1.01}, "logic_score_0_1 lies between 0 and 1"),
    ({"education_rank": 4}, "education_rank lies between 0 and 3"),
]


def test_each_broken_feature_row_stops_training_and_is_named(settings: Settings) -> None:
    rows = feature_rows(len(BROKEN) + 2)
    for i, (change, _) in enumerate(BROKEN):
        rows[i] |= change
    publish_features(settings, rows)
    with pytest.raises(CheckFailedError) as caught:
        check_features(settings, MODEL)
    for _, expected in BROKEN:
        assert expected in str(caught.value)
    with session(settings) as db:
        failures = json.loads(db.scalars(select(CheckResult.failures_json)).one())
    named = {f["text"]: f["record_ids"] for f in failures}
    assert named["education_rank lies between 0 and 3"] == ["a6"]
    assert [i.location for i in open_incidents(settings)] == [f"{TABLE} before it goes out"]


def test_a_feature_that_gives_the_label_away_stops_training(settings: Settings) -> None:
    rows = feature_rows()
    for row in rows:
        row["score_spread"] = 0.2 if row["label"] else 0.1
    publish_features(settings, rows)
    with pytest.raises(CheckFailedError, match=r"AUC 0.95 \(best: score_spread\)"):
        check_features(settings, MODEL)


def test_a_label_that_nearly_all_have_stops_training(settings: Settings) -> None:
    rows = feature_rows()
    for row in rows[:230]:
        row["label"] = True
    publish_features(settings, rows)
    with pytest.raises(CheckFailedError, match="between 5% and 90% of the labelled rows"):
        check_features(settings, MODEL)


def test_a_surplus_column_stops_training(settings: Settings) -> None:
    table = pa.Table.from_pylist(feature_rows(3), SCHEMA)
    leaked = table.append_column("gender", pa.array(["female"] * 3))
    publish_tables(settings, {TABLE: leaked}, OBSERVED)
    with pytest.raises(CheckFailedError, match="the columns are those agreed"):
        check_features(settings, MODEL)


def test_no_features_at_all_stop_training(settings: Settings) -> None:
    publish_features(settings, [])
    with pytest.raises(CheckFailedError, match="there are rows"):
        check_features(settings, MODEL)


def test_nothing_published_is_said_as_such(settings: Settings) -> None:
    with pytest.raises(PublishError, match="Nothing has been published"):
        check_features(settings, MODEL)


def predictions(n: int = 3) -> pa.Table:
    return batch("prediction", n, {i: {"application_id": f"application-{i}"} for i in range(n)})


def test_sound_predictions_pass(settings: Settings) -> None:
    assert not check_predictions(settings, predictions()).failed


def test_each_broken_prediction_keeps_all_from_landing(settings: Settings) -> None:
    broken = {
        0: ({"probability": 1.2, "upper": 1.3}, "probability lies between 0 and 1"),
        1: ({"lower": 0.65}, "probability is at least lower"),
        2: ({"application_id": "application-4"}, "an application is scored once by a model"),
        3: ({"model_version": None}, "model_version is never empty"),
        5: ({"reasons": "because"}, "reasons holds JSON"),
    }
    each = {i: {"application_id": f"application-{i}"} for i in range(6)}
    changes = {i: each[i] | (broken[i][0] if i in broken else {}) for i in each}
    with pytest.raises(CheckFailedError) as caught:
        check_predictions(settings, batch("prediction", 6, changes))
    for _, expected in broken.values():
        assert expected in str(caught.value)


def test_predictions_without_a_column_do_not_land(settings: Settings) -> None:
    with pytest.raises(CheckFailedError, match="the columns are those of the contract"):
        check_predictions(settings, predictions().drop_columns(["base_rate"]))


def exports(tag_score: float = 88.0) -> dict[str, pa.Table]:
    result, report, tag, advice = EXPORTS["successfactors"]
    score = {
        "source": "successfactors", "application_id": "7", "overall_score_0_100": 81.5, "n_scorers": 2, "last_scored_at": T0,
        "rule_version": "1", **{f"{d}_0_100": 80.0 for d in DIMENSIONS},
    }  # fmt: skip
    tagged = {
        "source": "successfactors", "application_id": "7", "is_high_potential": True, "overall_score_0_100": tag_score,
        "rule_version": "1",
    }  # fmt: skip
    said = {
        "source": "successfactors", "application_id": "7", "model_name": MODEL, "model_version": "3", "probability": 0.6,
        "lower": 0.5, "upper": 0.7, "scored_at": T0,
    }  # fmt: skip
    told = {
        "source": "successfactors", "application_id": "7", "overall_stars_0_5": 4.0,
        "remark": "稳重", "report_uri": None, "evaluated_at": T0,
    }  # fmt: skip
    rows = {result.name: score, report.name: told, tag.name: tagged, advice.name: said}
    return {
        spec.name: pa.Table.from_pylist([{c: rows[spec.name][c] for c in spec.columns}])
        for spec in (result, report, tag, advice)
    }


def test_sound_exports_pass(settings: Settings) -> None:
    publish_tables(settings, exports(), OBSERVED)
    assert len(check_exports(settings, "successfactors").runs) == 4


def test_a_score_outside_its_scale_is_not_sent(settings: Settings) -> None:
    publish_tables(settings, exports(tag_score=880.0), OBSERVED)
    with pytest.raises(CheckFailedError, match="overall_score_0_100 lies between 0 and 100"):
        check_exports(settings, "successfactors")


def test_an_unknown_destination_is_named(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="Nothing is exported to elsewhere"):
        check_exports(settings, "elsewhere")
