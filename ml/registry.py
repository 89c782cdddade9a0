"""MLflow behind one small class: runs, registered versions, aliases."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.model import OUTPUTS, Model
from talentloop.errors import ModelError
from talentloop.settings import Settings
from talentloop.tracking import experiment_id, open_mlflow

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.models import ModelSignature

_REQUIREMENTS = ("numpy", "pandas", "pydantic", "scipy", "xgboost")


@dataclass(frozen=True)
class TrainingRecord:
    """What is logged about one training; nothing in it is about a single person.

    Attributes:
        params: configuration by name.
        metrics: figures by name.
        texts: artifacts by file name: model card, audit, evaluation, declaration.
        tags: of the registered version; `data_version` and `config_version` among them find it
            again.
        dataset_source: where the training data came from: published version and table.
    """

    model_name: str
    model: Model
    params: Mapping[str, Any]
    metrics: Mapping[str, float]
    texts: Mapping[str, str]
    tags: Mapping[str, str]
    description: str
    dataset_name: str
    dataset_source: Mapping[str, str]


@dataclass(frozen=True)
class Served:
    """A registered version.

    Attributes:
        inputs, outputs: column -> type of its registered signature, such as `double`.
    """

    version: str
    model: Model
    inputs: dict[str, str]
    outputs: dict[str, str]


class Registry:
    """The model registry and tracking store of these settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._mlflow, self._client = open_mlflow(settings)

    def log_training(self, record: TrainingRecord) -> str:
        """Log a run with its model and register it; the new version's number.

        A run that an earlier, killed training left open is closed as failed. The version exists
        only when everything about it has been written.
        """
        experiment = experiment_id(self._settings, self._client, record.model_name)
        self._close_left_open(experiment)
        with self._mlflow.start_run(experiment_id=experiment, run_name=record.dataset_name) as run:
            self._mlflow.log_params(dict(record.params))
            self._mlflow.log_metrics(dict(record.metrics))
            self._mlflow.set_tags(dict(record.tags))
            self._mlflow.log_input(_dataset(record), context="training")
            for name, text in record.texts.items():
                self._mlflow.log_text(text, name)
            logged = self._log_model(record)
        return self._register(record, logged.model_uri, run.info.run_id, logged.model_id)

    def log_evidence(
        self,
        experiment_name: str,
        run_name: str,
        *,
        params: Mapping[str, Any],
        metrics: Mapping[str, float],
        texts: Mapping[str, str],
        tags: Mapping[str, str],
    ) -> str:
        """Log a run without a model: what a proposal rests on. The run's id."""
        experiment = experiment_id(self._settings, self._client, experiment_name)
        with self._mlflow.start_run(experiment_id=experiment, run_name=run_name) as run:
            self._mlflow.log_params(dict(params))
            self._mlflow.log_metrics(dict(metrics))
            self._mlflow.set_tags(dict(tags))
            for name, text in texts.items():
                self._mlflow.log_text(text, name)
        return str(run.info.run_id)

    def _log_model(self, record: TrainingRecord) -> Any:
        example = neutral_rows(record.model)
        with tempfile.TemporaryDirectory() as folder:
            record.model.save(Path(folder) / "model")
            return self._mlflow.pyfunc.log_model(
                name=record.model_name,
                loader_module="ml.pyfunc",
                data_path=str(Path(folder) / "model"),
                signature=_signature(record.model),
                input_example=example,
                pip_requirements=list(_REQUIREMENTS),
            )

    def _register(self, record: TrainingRecord, uri: str, run_id: str, model_id: str) -> str:
        name = record.model_name
        if not self._client.search_registered_models(filter_string=f"name = '{name}'"):
            self._client.create_registered_model(name, description="Advice; a person decides.")
        made = self._client.create_model_version(
            name, uri, run_id, tags=dict(record.tags), description=record.description,
            model_id=model_id,
        )  # fmt: skip
        return str(made.version)

    def _close_left_open(self, experiment: str) -> None:
        for run in self._client.search_runs([experiment], "attributes.status = 'RUNNING'"):
            self._client.set_terminated(run.info.run_id, "FAILED")

    def find(self, model_name: str, data_version: str, config_version: str) -> str | None:
        """The newest version trained on these data with this configuration, if there is one."""
        query = (
            f"name = '{model_name}' and tags.data_version = '{data_version}' "
            f"and tags.config_version = '{config_version}'"
        )
        found: list[ModelVersion] = list(self._client.search_model_versions(query))
        return max((str(v.version) for v in found), key=int, default=None)

    def version_of(self, model_name: str, alias: str) -> str:
        """The version that an alias names now; what is loaded by it cannot change under a reader.

        Raises:
            ModelError: the model has no such alias.
        """
        with self._explained(f"models:/{model_name}@{alias}"):
            return str(self._client.get_model_version_by_alias(model_name, alias).version)

    def load(self, model_name: str, version: str) -> Any:
        """The version as MLflow serves it: a pyfunc that checks the schema of its inputs.

        Raises:
            ModelError: it is not registered, or its files are gone or do not load.
        """
        uri = f"models:/{model_name}/{version}"
        with self._explained(uri):
            return self._mlflow.pyfunc.load_model(uri)

    @contextmanager
    def _explained(self, uri: str) -> Iterator[None]:
        try:
            yield
        except (self._mlflow.MlflowException, OSError, ValueError) as error:
            raise ModelError(
                f"MLflow does not have what was registered: {str(error).splitlines()[0]}",
                where=uri,
                remedy="Restore MLflow's store and artifacts; they belong to the operations "
                "database. Or change the seed in config/models and train anew.",
            ) from error

    def served(self, model_name: str, version: str) -> Served:
        """The version's model, and the inputs and outputs that its readers rely on."""
        loaded = self.load(model_name, version)
        signature = loaded.metadata.signature
        return Served(
            version=version,
            model=loaded.get_raw_model(),
            inputs={column.name: column.type.name for column in signature.inputs},
            outputs={column.name: column.type.name for column in signature.outputs},
        )

    def mirror(self, model_name: str, aliases: Mapping[str, str]) -> None:
        """Make MLflow's aliases what the operations database says; repeating it is harmless.

        Raises:
            ModelError: the model, or a version that an alias should name, is not registered.
        """
        with self._explained(f"models:/{model_name}"):
            found = self._client.get_registered_model(model_name).aliases
            for alias, version in aliases.items():
                if str(found.get(alias)) != version:
                    self._client.set_registered_model_alias(model_name, alias, version)
            for alias in set(found) - set(aliases):
                self._client.delete_registered_model_alias(model_name, alias)

    def tag(self, model_name: str, version: str, tags: Mapping[str, str]) -> None:
        """Set tags of a registered version."""
        for key, value in tags.items():
            self._client.set_model_version_tag(model_name, version, key, value)

    def log_drift(self, model_name: str, version: str, drift: Mapping[str, float], at: int) -> None:
        """Append drift figures to the run of a version, at `at` milliseconds since 1970."""
        run_id = str(self._client.get_model_version(model_name, version).run_id)
        for name, value in drift.items():
            self._client.log_metric(run_id, f"psi_scoring.{name}", value, timestamp=at, step=at)


def neutral_rows(model: Model) -> Any:
    """Two made-up rows that fit the model: every number at its stand-in, and everything missing."""
    import pandas as pd

    columns: dict[str, list[float | str | None]] = {}
    for code in model.facts.encoding.codes:
        if code.kind == "number":
            columns[code.name] = [code.fill, float("nan")]
        else:
            columns[code.name] = [code.levels[0], None]
    return pd.DataFrame(columns)


def _signature(model: Model) -> ModelSignature:
    from mlflow.models import ModelSignature as Signature
    from mlflow.types import ColSpec, Schema

    return Signature(
        inputs=Schema([ColSpec(kind, name) for name, kind in model.inputs.items()]),
        outputs=Schema([ColSpec(kind, name) for name, kind in OUTPUTS.items()]),
    )


def _dataset(record: TrainingRecord) -> Any:
    """The data set by name, place and hash; its rows stay in the warehouse."""
    from mlflow.data.code_dataset_source import CodeDatasetSource
    from mlflow.data.meta_dataset import MetaDataset

    return MetaDataset(  # type: ignore[abstract]  # the library's own way of using it
        CodeDatasetSource(dict(record.dataset_source)),
        name=record.dataset_name,
        digest=record.tags["data_version"][:32],
    )
