"""The language model's judge with its secret looked up; the room that judges knows no connectors."""

from __future__ import annotations

from connectors.http import secret
from interview.llm import LlmJudge, load_llm
from interview.scoring import load_rubric
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
