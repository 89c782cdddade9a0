"""Scoring: the champion's advice about applications in progress, landed like any source."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

from ml import promotion
from ml.cohort import drift
from ml.config import ModelRule, load_rule
from ml.frame import FeatureTable, read_features
from ml.inputs import frame_hash, row_hashes
from ml.model import Model
from ml.reasons import DECIMALS, explain
from ml.registry import Registry
from ml.results import ScoreResult
from talentloop.contracts import Prediction, arrow_schema
from talentloop.ids import new_load_id
from talentloop.landing import LandingZone
from talentloop.logs import get_logger
from talentloop.ops.loads import adopt_orphans, record_load
from talentloop.settings import Settings

log = get_logger(__name__)

SOURCE = "talentloop"
ENTITY = Prediction.entity


def run(settings: Settings, model_name: str) -> ScoreResult:
    """Score with the champion and land what is new or changed; see `ml.score`."""
    rule = load_rule(settings, model_name)
    decided = promotion.aliases(settings, model_name)
    if promotion.CHAMPION not in decided:
        return _skipped(rule, _why_no_champion(settings, model_name))
    table = read_features(settings, rule)
    rows = table.rows[table.rows["is_scorable"]].reset_index(drop=True)
    if rows.empty:
        return _skipped(rule, "no application in progress has features to score")
    registry = Registry(settings)
    registry.mirror(model_name, decided)
    version = registry.version_of(model_name, promotion.CHAMPION)
    served = registry.load(model_name, version)
    model: Model = served.get_raw_model()
    inputs = model.inputs_of(rows)
    said = served.predict(inputs)
    predictions = _predictions(rule, table, rows, model, said, version)
    landed = _land(settings, predictions)
    moved = drift(model.facts.cohort, inputs, said["probability"].to_numpy())
    if landed:
        registry.log_drift(model_name, version, moved, int(table.as_of.timestamp() * 1000))
    log.info("model_scored", model=model_name, version=version, rows=len(rows), landed=landed)
    reason = "" if landed else "the advice is what it was"
    return ScoreResult(
        model_name, len(rows), landed, version, frame_hash(inputs), False, reason, moved
    )


def _skipped(rule: ModelRule, reason: str) -> ScoreResult:
    log.info("scoring_skipped", model=rule.name, reason=reason)
    return ScoreResult(rule.name, 0, 0, None, None, True, reason)


def _why_no_champion(settings: Settings, model_name: str) -> str:
    past = promotion.decisions(settings, model_name)
    if not past:
        return "no champion: no version has been trained yet"
    failed = [r["name"] for r in past[0].gate["rows"] if r["is_blocking"] and not r["passed"]]
    return f"no champion: version {past[0].model_version} was refused ({', '.join(failed)})"


def _predictions(
    rule: ModelRule, table: FeatureTable, rows: pd.DataFrame, model: Model, said: pd.DataFrame,
    version: str,
) -> pa.Table:  # fmt: skip
    """Prediction records of all rows; their times are those of the data, not of the run."""
    probability = said["probability"].to_numpy()
    moment = [table.as_of] * len(rows)
    columns: Mapping[str, object] = {
        "source": [SOURCE] * len(rows),
        "source_id": [
            f"{rule.name}:{source}:{application}"
            for source, application in zip(rows["source"], rows["application_id"], strict=True)
        ],
        "source_updated_at": moment,
        "source_created_at": moment,
        "is_deleted": [False] * len(rows),
        "ext": [None] * len(rows),
        "application_source": rows["source"].tolist(),
        "application_id": rows["application_id"].tolist(),
        "model_name": [rule.name] * len(rows),
        "model_version": [version] * len(rows),
        "data_version": row_hashes(model.inputs_of(rows)),
        **{name: said[name].round(DECIMALS).tolist() for name in ("probability", "lower", "upper")},
        "base_rate": [round(model.facts.base_rate, DECIMALS)] * len(rows),
        "reasons": explain(model, rows, probability),
        "scored_at": moment,
    }
    return pa.table(columns).select(arrow_schema(Prediction).names).cast(arrow_schema(Prediction))


def _land(settings: Settings, predictions: pa.Table) -> int:
    """Land the records whose model or features differ from the newest landed; how many."""
    zone = LandingZone(settings)
    adopt_orphans(settings, zone.files(ENTITY, SOURCE))  # of a scoring killed after its landing
    fresh = _changed(zone, predictions)
    if fresh.num_rows == 0:
        return 0
    file = zone.write(
        ENTITY, SOURCE, fresh,
        load_id=new_load_id(settings.clock), ingested_at=settings.clock.now(),
    )  # fmt: skip
    if file is None:
        return 0
    record_load(settings, file)
    return file.rows


def _changed(zone: LandingZone, predictions: pa.Table) -> pa.Table:
    """Records that say something new: `scored_at` alone is not news."""
    columns = ["source_id", "load_id", "model_version", "data_version"]
    landed = zone.read(ENTITY, source=SOURCE, columns=columns).to_pandas()
    newest = landed.sort_values("load_id", kind="stable").drop_duplicates("source_id", keep="last")
    known = set(zip(newest["source_id"], newest["model_version"], newest["data_version"],
                    strict=True))  # fmt: skip
    said = zip(
        *(predictions[name].to_pylist() for name in ("source_id", "model_version", "data_version")),
        strict=True,
    )
    return predictions.filter(pa.array([key not in known for key in said], pa.bool_()))
