"""All settings, and the only module that reads environment variables."""

from __future__ import annotations

import os
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from talentloop.clock import Clock, FixedClock, SystemClock
from talentloop.errors import ConfigError

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Where everything lives and how it runs. Each field is read from `TALENTLOOP_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="TALENTLOOP_", extra="ignore", frozen=True)

    project: Path = Field(
        PROJECT_ROOT, description="Folder that holds dbt/ and dags/; in an image, not the package's"
    )
    home: Path = Field(PROJECT_ROOT / ".talentloop", description="Folder of all state")
    config: Path = Field(PROJECT_ROOT / "config", description="Folder of the configuration")
    landing_url: str | None = Field(
        None, description="Landing zone: a folder or an s3:// URL; default `landing` under home"
    )
    s3_endpoint: str | None = Field(None, description="Endpoint of an S3-compatible store")
    s3_region: str = Field("us-east-1", description="Region of the S3 store")
    s3_access_key_file: Path | None = Field(None, description="File that holds the S3 key id")
    s3_secret_key_file: Path | None = Field(None, description="File that holds the S3 secret")
    operations_url: str | None = Field(
        None, description="SQLAlchemy URL of the operations database; default SQLite under home"
    )
    operations_password_file: Path | None = Field(
        None, description="File with the password that the operations URL leaves out"
    )
    mlflow_url: str | None = Field(
        None, description="MLflow tracking and registry URI; default SQLite under home"
    )
    restricted_key_file: Path | None = Field(
        None, description="File with the key of the restricted copy; default made under home"
    )
    vault_url: str | None = Field(
        None, description="Address of a HashiCorp Vault that secrets may be referred to in"
    )
    vault_token_file: Path | None = Field(None, description="File with the token for the Vault")
    vault_mount: str = Field("secret", description="Mount of the Vault's key-value store (v2)")
    resumes: Path | None = Field(
        None,
        description="Folder of résumé files, named by the last part of a candidate's `resume_uri`",
    )
    now: datetime | None = Field(
        None, description="Stands the clock still at this instant (ISO 8601 with zone); for replays"
    )
    publish_keep: int = Field(3, ge=1, description="Published versions kept for slow readers")
    as_of_keep: int = Field(
        8, ge=1, description="Copies of the warehouse as of earlier instants that are kept"
    )
    warehouse_memory: str = Field("4GB", description="Memory limit of the warehouse build")
    warehouse_threads: int = Field(2, ge=1, description="Threads of the warehouse build")
    portal_host: str = Field("127.0.0.1", description="Address that the portal binds to")
    portal_port: int = Field(8600, ge=0, le=65535, description="Port of the portal; 0 picks one")
    portal_url: str | None = Field(
        None, description="Address at which people reach the portal, for links in messages"
    )
    candidate_url: str | None = Field(
        None,
        description="Address at which candidates reach their report, where `portal_url` is not open "
        "to them",
    )
    sandbox_port: int = Field(8700, ge=0, le=65535, description="Port of the sandbox tenants")
    sandbox_size: Literal["test", "demo", "bench"] = Field(
        "demo", description="Size of the simulated company"
    )
    airflow_port: int = Field(8680, ge=0, le=65535, description="Port of Airflow in the demo")
    mlflow_port: int = Field(8650, ge=0, le=65535, description="Port of MLflow in the demo")
    speech_model: str = Field(
        "test_fixture",
        description="Speech model: a file of config/speech/models, without its ending",
    )
    allow_test_speech_model: bool = Field(
        False, description="Lets the tiny speech model for software tests run; never for candidates"
    )
    interview_workers: Literal["tasks", "own"] = Field(
        "tasks",
        description="Who evaluates answers: Airflow's tasks, or workers of their own "
        "(`talentloop interview work`)",
    )
    airflow_url: str | None = Field(None, description="Address of the Airflow pages, for links")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Log level")
    log_format: Literal["console", "json"] = Field("console", description="Form of log lines")

    @property
    def clock(self) -> Clock:
        """The clock that every step of this process uses."""
        return FixedClock(self.now) if self.now else SystemClock()

    @property
    def landing_root(self) -> str:
        """Folder or URL of the landing zone, without a slash at its end."""
        return (self.landing_url or str(self.home / "landing")).rstrip("/")

    @property
    def warehouse_file(self) -> Path:
        """The DuckDB file that only the build opens."""
        return self.home / "warehouse" / "build.duckdb"

    @property
    def published_dir(self) -> Path:
        """Folder of the published versions and their pointer."""
        return self.home / "published"

    @property
    def data_docs_dir(self) -> Path:
        """Folder of the static pages of the data checks."""
        return self.home / "data_docs"

    @property
    def mlflow_uri(self) -> str:
        """MLflow tracking and registry address."""
        return self.mlflow_url or f"sqlite:///{self.home / 'mlflow' / 'mlflow.db'}"

    @property
    def mlflow_artifacts_dir(self) -> Path:
        """Folder of model files where MLflow runs on SQLite."""
        return self.home / "mlflow" / "artifacts"

    @property
    def secrets_dir(self) -> Path:
        """Folder of generated keys, readable by the owner only."""
        return self.home / "secrets"

    @property
    def corrections_dir(self) -> Path:
        """Folder of transcripts that people corrected, readable by the owner only."""
        return self.home / "corrections"

    @property
    def kept_resumes_dir(self) -> Path:
        """Folder of résumé files that were fetched, readable by the owner only."""
        return self.home / "resumes"

    @property
    def llm_replies_dir(self) -> Path:
        """Folder of a language model's replies about answers, readable by the owner only."""
        return self.home / "llm" / "replies"

    @property
    def sandbox_dir(self) -> Path:
        """Folder of the simulated company and its tenants."""
        return self.home / "sandbox"


def load_settings(**overrides: object) -> Settings:
    """Read the settings.

    Raises:
        ConfigError: a variable holds something that its setting does not accept.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "TALENTLOOP_" + str(first["loc"][0]).upper()
        raise ConfigError(
            f"Setting {name} is not valid: {first['msg']}",
            where=f"environment variable {name}",
            remedy="Correct or unset it; docs/settings.md lists every setting.",
        ) from None


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read once."""
    return load_settings()


def environment_secret(name: str) -> str:
    """A secret that the configuration refers to as `env:NAME`; empty where it is not set."""
    return os.environ.get(name, "").strip()
