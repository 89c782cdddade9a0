"""The language model's judge with its secret looked up; the room that judges knows no connectors."""

from __future__ import annotations

from connectors.http import secret
from interview.llm import LlmJudge, load_llm
from interview.reliability.versions import Anchors, anchors
from interview.scoring import load_rubric
from talentloop.errors import ConfigError
from talentloop.settings import Settings


def llm_judge(settings: Settings) -> LlmJudge | None:
    """The judge that config/llm.yml describes; None where it is off. Close it after use.

    Raises:
        ConfigError: rubric or configuration do not fit, or the key is not where it says.
        SourceError: the Vault that holds the key does not answer.
    """
    config = load_llm(settings)
    if not config.enabled:
        return None
    key = secret(settings, config.key, "key of the language model") if config.key else None
    return LlmJudge(settings, config, load_rubric(settings), key)


def llm_anchors(settings: Settings) -> Anchors:
    """The anchor answers as the language model judges them, to compare its versions.

    Raises:
        ConfigError: it is off, or as `llm_judge`.
    """
    judge = llm_judge(settings)
    if judge is None:
        raise ConfigError(
            "The language model's judge is off",
            where="config/llm.yml, field enabled",
            remedy="Switch it on, or leave out --llm.",
        )
    with judge:
        return anchors(settings, judge)
