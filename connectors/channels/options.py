"""Options of a channel as a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from talentloop.errors import ConfigError

OptionsT = TypeVar("OptionsT", bound=BaseModel)


def checked(name: str, options: OptionsT | Mapping[str, Any], model: type[OptionsT]) -> OptionsT:
    """The options of a channel.

    Raises:
        ConfigError: an option is unknown, missing or does not fit; names channel and option.
    """
    if isinstance(options, model):
        return options
    try:
        return model.model_validate(dict(options))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "options"
        raise ConfigError(
            f"An option of the channel does not fit: {first['msg']}",
            where=f"channel {name}, field {field}",
            remedy="Correct it in config/channels; the connector's README lists every option.",
        ) from None
