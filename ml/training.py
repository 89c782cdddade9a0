"""Training: from the published features to a registered version and a decision about it."""

from __future__ import annotations

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from ml import promotion
from ml.card import decision_text
from ml.config import ModelRule, load_rule
from ml.frame import FeatureTable, data_version, labels, read_features, trainable_rows
from ml.gate import GateRow, enough_labels
from ml.record import figures, training_record
from ml.registry import Registry, Served
from ml.results import TrainResult
from ml.split import shortages, split_in_time
from ml.trial import Trial, Work, run_trial
from talentloop.clock import Clock
from talentloop.logs import get_logger
from talentloop.settings import Settings

log = get_logger(__name__)

#: Below this many matured rows there is nothing to cut into parts.
_FEWEST = 10


def run(settings: Settings, model_name: str, clock: Clock) -> TrainResult:
    """Train a model if its matured rows or its declaration changed; see `ml.train`."""
    rule = load_rule(settings, model_name)
    table = read_features(settings, rule)
    work, missing = _prepare(rule, table)
    done = _already_trained(settings, rule, data_version(trainable_rows(table, rule), rule))
    if done is not None:
        return done
    if work is None:
        return _too_few(rule, table, missing)
    registry = Registry(settings)
    champion = _champion(settings, registry, rule.name)
    with threadpool_limits(limits=1):  # sums in one order on every machine, and no spinning
        trial = run_trial(settings, work, champion)
    version = registry.find(rule.name, work.data_version, rule.config_version)
    if version is None:
        version = registry.log_training(training_record(trial, clock.now()))
    return _conclude(settings, registry, trial, version, clock)


def _prepare(rule: ModelRule, table: FeatureTable) -> tuple[Work | None, list[str]]:
    """The work of a training, or what is missing for one."""
    rows = trainable_rows(table, rule)
    if len(rows) < _FEWEST:
        return None, [f"{len(rows)} of {_FEWEST} matured rows"]
    y = labels(rows, rule)
    split = split_in_time(rows, rule.split)
    missing = shortages(y, split, rule.minimum)
    if missing:
        return None, missing
    return Work(rule, table, rows, y.to_numpy(), split, data_version(rows, rule)), []


def _already_trained(settings: Settings, rule: ModelRule, version: str) -> TrainResult | None:
    """The last decision, when these data with this declaration led to it."""
    past = promotion.decisions(settings, rule.name)
    if not past or past[0].data_version != version:
        return None
    if past[0].gate["config_version"] != rule.config_version:
        return None
    # A training killed between its decision and MLflow's aliases is finished here.
    Registry(settings).mirror(rule.name, promotion.aliases(settings, rule.name))
    return TrainResult(
        model_name=rule.name,
        version=past[0].model_version,
        promoted=False,
        decision=tuple(GateRow(**row) for row in past[0].gate["rows"]),
        metrics=dict(past[0].metrics),
        data_version=version,
        skipped=True,
        reason=f"the matured rows are those of version {past[0].model_version}",
    )


def _too_few(rule: ModelRule, table: FeatureTable, missing: list[str]) -> TrainResult:
    row = enough_labels(rule, missing)
    log.info("training_skipped", model=rule.name, missing=row.detail)
    return TrainResult(
        model_name=rule.name,
        version=None,
        promoted=False,
        decision=(row,),
        metrics={},
        data_version=data_version(trainable_rows(table, rule), rule),
        skipped=True,
        reason=f"too few matured labels: {row.detail}",
    )


def _champion(settings: Settings, registry: Registry, name: str) -> Served | None:
    version = promotion.aliases(settings, name).get(promotion.CHAMPION)
    return registry.served(name, version) if version else None


def _conclude(
    settings: Settings, registry: Registry, trial: Trial, version: str, clock: Clock
) -> TrainResult:
    """Record the decision, move the aliases, say what came of it."""
    work, metrics = trial.work, figures(trial)
    name = work.rule.name
    candidate = promotion.Candidate(
        model_name=name,
        version=version,
        data_version=work.data_version,
        config_version=work.rule.config_version,
        published_version=work.table.published_version,
        compared_with=trial.champion,
        gate=trial.gate,
        adverse_impact=trial.audit.flag,
        metrics=metrics,
    )
    promoted = promotion.record_decision(settings, candidate, clock.now())
    decision = promotion.PROMOTED if promoted else promotion.REFUSED
    registry.tag(name, version, {"decision": decision})
    registry.mirror(name, promotion.aliases(settings, name))
    log.info("model_decided", model=name, version=version, decision=decision)
    return TrainResult(
        model_name=name,
        version=version,
        promoted=promoted,
        decision=trial.gate,
        metrics=metrics,
        data_version=work.data_version,
        skipped=False,
        reason="" if promoted else f"version {version} {decision_text(trial.gate)}",
    )
