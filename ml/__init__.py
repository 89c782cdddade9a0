"""Models about people: trained on published features, judged before they advise, explained.

Every prediction is advice to a person. The heavy libraries are imported only inside the calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ml.config import ModelRule, load_rule, model_names
from talentloop.clock import Clock
from talentloop.settings import Settings

if TYPE_CHECKING:
    from ml.results import ChampionStatus, ScoreResult, TrainResult

__all__ = ["champion_status", "list_models", "score", "train"]


def train(settings: Settings, model_name: str, *, clock: Clock | None = None) -> TrainResult:
    """Train a declared model on the published features, register it, and decide about it.

    Nothing is trained while the matured rows and the declaration are those of the last training,
    or while there are too few; the result then says so. The new version becomes champion only when
    it passes every question of the gate, and the champion it was compared with is still in place.

    Args:
        model_name: a file of `config/models/`, without its ending.
        clock: for the times of the decision; default the settings' own.

    Raises:
        ConfigError: the model is not declared, or its declaration does not fit.
        PublishError: nothing has been published.
        ModelError: the feature table does not fit the declaration, or another training moved the
            champion meanwhile.
    """
    from ml import training

    return training.run(settings, model_name, clock or settings.clock)


def score(settings: Settings, model_name: str) -> ScoreResult:
    """Score applications in progress with the champion and land what is new or changed.

    The same champion and the same features land nothing a second time.

    Raises:
        ConfigError, PublishError: as `train`.
        ModelError: the feature table does not fit, or the champion does not load.
    """
    from ml import scoring

    return scoring.run(settings, model_name)


def list_models(settings: Settings) -> list[ModelRule]:
    """The declared models.

    Raises:
        ConfigError: a declaration does not fit.
    """
    return [load_rule(settings, name) for name in model_names(settings)]


def champion_status(settings: Settings) -> list[ChampionStatus]:
    """Where each model stands: champion, its figures, and the newest decision."""
    from ml import status

    return status.champion_status(settings)
