"""config/llm.yml, and where answers may be sent."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Self

import httpx
from pydantic import Field, model_validator

from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PROMPTS = Path(__file__).parent / "prompts"
Name = Annotated[str, Field(min_length=1, pattern=r"^[A-Za-z0-9._:/-]+$")]


class Breaker(Strict):
    """After so many failures in a row nothing is asked for so long."""

    failures: int = Field(ge=1)
    open_seconds: float = Field(gt=0)


class LlmConfig(Strict):
    """config/llm.yml; times in seconds."""

    enabled: bool
    base_url: str
    allowed_hosts: tuple[str, ...]
    key: str | None
    models: tuple[Name, ...] = Field(min_length=1)
    prompts: tuple[Name, ...] = Field(min_length=1)
    quorum: int = Field(ge=1)
    request_seconds: float = Field(gt=0)
    answer_seconds: float = Field(gt=0)
    retries: int = Field(ge=0, le=2)
    calls_per_day: int = Field(ge=0)
    tokens_per_day: int = Field(ge=0)
    max_reply_tokens: int = Field(ge=100)
    breaker: Breaker
    disagreement: float = Field(gt=0, le=1)
    send_instructions: bool
    cache_days: int = Field(ge=0)

    @model_validator(mode="after")
    def _is_allowed(self) -> Self:
        url = httpx.URL(self.base_url)
        if url.host in _LOOPBACK and url.scheme in ("http", "https"):
            pass
        elif url.host not in self.allowed_hosts:
            raise ValueError(
                f"base_url leads to {url.host or 'no host'}, which allowed_hosts does not name; "
                "answers would leave this machine"
            )
        elif url.scheme != "https":
            raise ValueError("base_url must be https outside this machine")
        if self.quorum > len(self.models) * len(self.prompts):
            raise ValueError("quorum is more than models × prompts")
        return self

    def texts(self) -> dict[str, str]:
        """The prompts by name.

        Raises:
            ConfigError: there is no such prompt.
        """
        return {name: _prompt(name) for name in self.prompts}


def _prompt(name: str) -> str:
    known = {path.stem: path for path in _PROMPTS.glob("*.txt")}
    if name not in known:
        raise ConfigError(
            f"There is no prompt {name!r}",
            where="config/llm.yml, field prompts",
            remedy=f"Known: {', '.join(sorted(known))}.",
        )
    return known[name].read_text(encoding="utf-8")


def prompt_version(text: str) -> str:
    """Short hash of a prompt."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def load_llm(settings: Settings) -> LlmConfig:
    """The configuration of the judge.

    Raises:
        ConfigError: it does not fit, or sends answers to a host that it does not allow.
    """
    return load_model(settings.config / "llm.yml", LlmConfig)
