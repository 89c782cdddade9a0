"""Training: from the published features to a registered version and a decision about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ml import promotion
from ml.config import ModelRule, load_rule
from ml.frame import data_version, labels, read_features, trainable_rows
from ml.gate import GateRow, decision_text, enough_labels
from ml.results import TrainResult
from ml.split import shortages, split_in_time
from ml.work import Work
from talentloop.clock import Clock
from talentloop.errors import ModelError
from talentloop.logs import get_logger
from talentloop.settings import Settings

if TYPE_CHECKING:
    from ml.registry import Registry, Served
    from ml.trial import Trial

log = get_logger(__name__)

#: Below this many matured rows there is nothing to cut into parts.
_FEWEST = 10


def run(settings: Settings, model_name: str, clock: Clock) -> TrainResult:
    """Train a model if its matured rows or its declaration changed; see `ml.train`."""
    rule = load_rule(settings, model_name)
    table = read_features(settings, rule)
    rows = trainable_rows(table, rule)
    version = data_version(rows, rule)
    done = _already_trained(settings, rule, version)
    if done is not None:
        return done
    if len(rows) < _FEWEST:
        return _too_few(rule, version, [f"{len(rows)} of {_FEWEST} matured rows"])
    y = labels(rows, rule)
    split = split_in_time(rows, rule.split)
    missing = shortages(y, split, rule.minimum)
    if missing:
        return _too_few(rule, version, missing)
    return _train(settings, Work(rule, table, rows, y.to_numpy(), split, version), clock)


def _already_trained(settings: Settings, rule: ModelRule, version: str) -> TrainResult | None:
    """The last decision, when these data with this declaration led to it."""
    past = promotion.decisions(settings, rule.name)
    if not past or past[0].data_version != version:
        return None
    if past[0].gate["config_version"] != rule.config_version:
        return None
    if not past[0].gate["is_mirrored"]:  # that training was killed before it could
        from ml.registry import Registry

        _mirror(settings, Registry(settings), rule.name)
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


def _too_few(rule: ModelRule, version: str, missing: list[str]) -> TrainResult:
    row = enough_labels(rule, missing)
    log.info("training_skipped", model=rule.name, missing=row.detail)
    reason = f"too few matured labels: {row.detail}"
    return TrainResult(rule.name, None, False, (row,), {}, version, True, reason)


def _train(settings: Settings, work: Work, clock: Clock) -> TrainResult:
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    from ml.record import training_record
    from ml.registry import Registry
    from ml.trial import run_trial

    name, registry = work.rule.name, Registry(settings)
    champion = promotion.aliases(settings, name).get(promotion.CHAMPION)
    served = _served(registry, name, champion)
    with threadpool_limits(limits=1):  # sums in one order on every machine, and no spinning
        trial = run_trial(settings, work, champion, served)
    version = registry.find(name, work.data_version, work.rule.config_version)
    if version is None:
        version = registry.log_training(training_record(trial, clock.now()))
    return _conclude(settings, registry, trial, version, clock)


def _served(registry: Registry, name: str, champion: str | None) -> Served | None:
    """The champion to compare with; one whose files are lost cannot stand in the way."""
    if champion is None:
        return None
    try:
        return registry.served(name, champion)
    except ModelError as error:
        log.warning("champion_lost", model=name, version=champion, problem=error.what)
        return None


def _conclude(
    settings: Settings, registry: Registry, trial: Trial, version: str, clock: Clock
) -> TrainResult:
    """Record the decision, move the aliases, say what came of it."""
    from ml.record import figures

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
    _mirror(settings, registry, name)
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


def _mirror(settings: Settings, registry: Registry, name: str) -> None:
    registry.mirror(name, promotion.aliases(settings, name))
    promotion.mark_mirrored(settings, name)
