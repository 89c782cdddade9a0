"""Opening MLflow: its switches, its store, its experiments."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from talentloop.settings import Settings

if TYPE_CHECKING:
    from mlflow import MlflowClient

#: Switches of the library, set before it is imported: it must neither report its use nor look for
#: package lists, and a missing git executable is no matter for a log line.
_SWITCHES = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_UV_AUTO_DETECT": "false",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "GIT_PYTHON_REFRESH": "quiet",
}


def open_mlflow(settings: Settings) -> tuple[Any, MlflowClient]:
    """The library, turned to the store of these settings, and a client of it.

    One process at a time opens the store: two would both create its tables.
    """
    mlflow = _import_mlflow()
    mlflow.set_tracking_uri(settings.mlflow_uri)
    mlflow.set_registry_uri(settings.mlflow_uri)
    folder = settings.home / "mlflow"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".open.lock", timeout=120):
        client: MlflowClient = mlflow.MlflowClient()
        client.search_experiments(max_results=1)
    return mlflow, client


def _import_mlflow() -> Any:
    os.environ.update(_SWITCHES)
    import mlflow
    import mlflow.pyfunc
    from mlflow.telemetry import set_telemetry_client

    for name in ("mlflow", "alembic"):  # their notes on migrations and pip say nothing to our users
        logging.getLogger(name).setLevel(logging.ERROR)
    # Where something else imported it first, it must read the switches again.
    set_telemetry_client()  # type: ignore[no-untyped-call]
    return mlflow


def experiment_id(settings: Settings, client: MlflowClient, name: str) -> str:
    """The experiment of this name, made at first use; on SQLite its files lie under home."""
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    location = None
    if settings.mlflow_uri.startswith("sqlite:"):
        location = (settings.mlflow_artifacts_dir / name).as_uri()
    return str(client.create_experiment(name, artifact_location=location))
