"""What all DAGs share: defaults, assets, and what happens when a task fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from airflow.sdk import Asset, AssetAlias, TriggerRule, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from talentloop.contracts import ENTITIES
from talentloop.errors import (
    BuildError,
    CheckFailedError,
    ConfigError,
    ContractError,
    SourceAuthError,
    TalentLoopError,
)
from talentloop.settings import get_settings

P = ParamSpec("P")
R = TypeVar("R")

START = datetime(2024, 1, 1)  # noqa: DTZ001 - Airflow reads it in its own default zone, UTC
TAGS = ["talentloop"]
WAREHOUSE_POOL = "warehouse_writer"

LANDING = {entity: Asset(f"landing/{entity}") for entity in ENTITIES if entity != "prediction"}
PUBLISHED = Asset("warehouse/published")
INTERVIEWS_ENDED = Asset("interviews/ended")


def predictions(model: str) -> Asset:
    """The asset of a model's landed predictions."""
    return Asset(f"predictions/{model}")


def champion(model: str) -> Asset:
    """The asset of a model's champion."""
    return Asset(f"models/{model}")


def announcement(alias: AssetAlias, assets: Mapping[str, Asset]) -> Callable[..., Any]:
    """A last task that announces, all at once, the assets of those steps that have news.

    One announcement for several steps means one run downstream instead of one for each. A failed
    step does not keep the others' news back.
    """

    @task(task_id="announce", outlets=[alias], trigger_rule=TriggerRule.ALL_DONE)
    def announce(outcomes: Any, *, outlet_events: Any = None) -> None:
        news = [each["name"] for each in outcomes if each and each["news"]]
        if not news:
            raise AirflowSkipException("nothing has changed")
        for name in news:
            outlet_events[alias].add(assets[name])

    return announce


#: Trying again cannot help: somebody must act first.
_PERMANENT = (BuildError, ConfigError, ContractError, CheckFailedError, SourceAuthError)


def permanent_errors_fail_at_once(step: Callable[P, R]) -> Callable[P, R]:
    """Let Airflow retry what may pass by itself, and fail the task at once for all else."""

    @wraps(step)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return step(*args, **kwargs)
        except _PERMANENT as error:
            raise AirflowFailException(str(error)) from error

    return wrapped


def landing_step(
    alias: str, entity: str, *, nothing: str
) -> Callable[[Callable[[], dict[str, Any]]], Any]:
    """A task of a step that lands records of one entity and counts them.

    Args:
        alias: under which the landed records are announced.
        nothing: what the log says where nothing is new; the task is skipped then.
    """
    outlet = AssetAlias(alias)

    def made(step: Callable[[], dict[str, Any]]) -> Any:
        @task(task_id=step.__name__, outlets=[outlet])
        @permanent_errors_fail_at_once
        def run(*, outlet_events: Any = None) -> dict[str, Any]:
            counts = step()
            if not counts["news"]:
                raise AirflowSkipException(nothing)
            outlet_events[outlet].add(LANDING[entity])
            return counts

        return run

    return made


def _place(context: Mapping[str, Any]) -> str:
    instance = context["task_instance"]
    index = instance.map_index
    return f"{instance.dag_id}.{instance.task_id}" + (f"[{index}]" if index >= 0 else "")


def open_incident_for(context: Mapping[str, Any]) -> None:
    """Write an incident that the portal shows; called when a task has failed for good."""
    from talentloop.ops.incidents import open_incident

    error = context.get("exception")
    cause = getattr(error, "__cause__", None) or error
    remedy = cause.remedy if isinstance(cause, TalentLoopError) else ""
    what = cause.what if isinstance(cause, TalentLoopError) else type(cause).__name__
    open_incident(
        get_settings(),
        kind="task_failed",
        where=_place(context),
        title=f"{_place(context)} failed: {what}",
        detail=str(cause),
        remedy=remedy or "Read the task's log in Airflow, correct the cause, and clear the task.",
    )
    from loop.notify import notify_incidents

    notify_incidents(get_settings())  # only queues; the DAG notify sends


def resolve_incident_for(context: Mapping[str, Any]) -> None:
    """Close the task's incident, if it had one; called when it succeeds again."""
    from talentloop.ops.incidents import resolve_incident

    resolve_incident(
        get_settings(), kind="task_failed", where=_place(context), resolution="The task succeeded."
    )


DEFAULT_ARGS: dict[str, Any] = {
    "owner": "talentloop",
    "retries": 2,
    "retry_delay": timedelta(seconds=15),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=10),
    "execution_timeout": timedelta(hours=1),
    "on_failure_callback": open_incident_for,
    "on_success_callback": resolve_incident_for,
}

#: What every DAG says of itself.
EVERY_DAG: dict[str, Any] = {
    "start_date": START,
    "catchup": False,
    "max_active_runs": 1,
    "default_args": DEFAULT_ARGS,
}
