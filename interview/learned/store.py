"""Models as plain JSON under home, and which of them scores; a person decides that."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import orjson
from pydantic import Field, ValidationError

from interview.learned.features import Embedding
from interview.learned.ordinal import Ordinal
from talentloop.errors import ModelError
from talentloop.files import replace_durably
from talentloop.ids import keyed_hash
from talentloop.ops import audit
from talentloop.settings import Settings
from talentloop.strict import Strict

_CURRENT = "current"


class LearnedModel(Strict):
    """Everything that scoring needs; no text and nothing about a person.

    Attributes:
        rubric_version: the sub-scores that it learnt from; another version needs another model.
        refusals: why it must not be deployed; empty where it may.
    """

    dimension_code: str
    rubric_version: str
    signals: tuple[str, ...]
    ngrams: tuple[int, int]
    idf: list[float]
    components: list[list[float]]
    levels: tuple[int, ...]
    mean: list[float]
    spread: list[float]
    weights: list[float]
    thresholds: list[float]
    refusals: tuple[str, ...] = Field(default=())

    @classmethod
    def of(
        cls, dimension_code: str, rubric_version: str, signals: Sequence[str],
        embedding: Embedding, ordinal: Ordinal, refusals: Sequence[str],
    ) -> LearnedModel:  # fmt: skip
        """A fitted model, ready to be kept."""
        return cls(
            dimension_code=dimension_code, rubric_version=rubric_version, signals=tuple(signals),
            ngrams=embedding.ngrams, idf=embedding.idf.tolist(),
            components=embedding.components.tolist(), levels=ordinal.levels,
            mean=ordinal.mean.tolist(), spread=ordinal.spread.tolist(),
            weights=ordinal.weights.tolist(), thresholds=ordinal.thresholds.tolist(),
            refusals=tuple(refusals),
        )  # fmt: skip

    @property
    def embedding(self) -> Embedding:
        """Its embedding."""
        return Embedding(self.ngrams, np.array(self.idf), np.array(self.components))

    @property
    def ordinal(self) -> Ordinal:
        """Its ordinal model."""
        return Ordinal(self.levels, np.array(self.mean), np.array(self.spread),
                       np.array(self.weights), np.array(self.thresholds))  # fmt: skip

    def as_bytes(self) -> bytes:
        """The file's content; the same model gives the same bytes."""
        return orjson.dumps(self.model_dump(), option=orjson.OPT_SORT_KEYS)

    @property
    def version(self) -> str:
        """Hash of the content."""
        return hashlib.sha256(self.as_bytes()).hexdigest()[:16]


def _folder(settings: Settings, dimension_code: str) -> Path:
    return settings.home / "learned" / dimension_code


def keep(settings: Settings, model: LearnedModel, candidate_ids: Sequence[str]) -> str:
    """Keep a model, and under keyed hashes whom it learnt from, so that an erasure finds it."""
    folder, version = _folder(settings, model.dimension_code), model.version
    members = sorted({keyed_hash(settings, candidate) for candidate in candidate_ids})
    replace_durably(folder / f"{version}.members.json", orjson.dumps(members), mode=0o600)
    replace_durably(folder / f"{version}.json", model.as_bytes(), mode=0o600)
    return version


def load(settings: Settings, dimension_code: str, version: str) -> LearnedModel:
    """A kept model.

    Raises:
        ModelError: there is none, or its file was changed.
    """
    path = _folder(settings, dimension_code) / f"{Path(version).name}.json"
    try:
        model = LearnedModel.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        raise ModelError(
            "There is no such learned model, or its file is damaged", where=str(path),
            remedy="Train it anew with `talentloop interview learn`.",
        ) from None  # fmt: skip
    if model.version != version:
        raise ModelError(
            "The file of a learned model is not what was trained", where=str(path),
            remedy="Train it anew with `talentloop interview learn`.",
        )  # fmt: skip
    return model


def current(settings: Settings, dimension_code: str) -> LearnedModel | None:
    """The model that scores a dimension; None where nobody has deployed one."""
    path = _folder(settings, dimension_code) / _CURRENT
    try:
        version = path.read_text().strip()
    except FileNotFoundError:
        return None
    return load(settings, dimension_code, version)


def deploy(
    settings: Settings, dimension_code: str, version: str, by: str, *, note: str = ""
) -> LearnedModel:
    """Let a model score; who decided goes into the audit trail.

    Raises:
        ModelError: there is no such model, or it did not pass.
    """
    model = load(settings, dimension_code, version)
    if model.refusals:
        raise ModelError(
            f"The model did not pass: {', '.join(model.refusals)}",
            where=f"dimension {dimension_code}, version {version}",
            remedy="Rate more answers, or find out why it differs; the limits stand in "
            "config/learned.yml.",
        )
    audit.record(settings, by, "deploy_learned_scorer", f"{dimension_code}/{version}",
                 {"note": note, "rubric_version": model.rubric_version})  # fmt: skip
    path = _folder(settings, dimension_code) / _CURRENT
    replace_durably(path, version.encode(), mode=0o600)
    return model
