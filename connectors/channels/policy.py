"""What may be said in a group: by default neither a result nor a person's name in full."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.strict import Strict

#: What a field of a message is about. `plain` may be said anywhere.
FieldClass = Literal["plain", "identity", "result"]


class GroupRules(Strict):
    """What group messages show of a person."""

    identity: Literal["hidden", "masked", "shown"] = Field(
        "masked", description="Names: left out, masked (张**), or shown"
    )
    result: Literal["hidden", "shown"] = Field(
        "hidden", description="Scores and conclusions: left out, or shown"
    )


class MessagePolicy(Strict):
    """The content of `config/policies/messages.yml`."""

    group: GroupRules


def load_policy(settings: Settings) -> MessagePolicy:
    """The policy in force; a rule that the file leaves out is strict.

    Raises:
        ConfigError: the file is missing or does not fit.
    """
    return load_model(settings.config / "policies" / "messages.yml", MessagePolicy)


def masked(name: str) -> str:
    """A name of which only the first letter of each word is left: 张**, J*** S***."""
    return " ".join(word[0] + "*" * min(len(word) - 1, 3) for word in name.split()) or "*"
