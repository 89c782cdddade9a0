"""Reading configuration files, with errors that name the file, the line and the field."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from talentloop.errors import ConfigError

ModelT = TypeVar("ModelT", bound=BaseModel)


def load_yaml(path: Path) -> Any:
    """The content of a YAML file.

    Raises:
        ConfigError: the file is missing, unreadable, or not YAML; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            "A configuration file is missing",
            where=str(path),
            remedy="Restore it, or point TALENTLOOP_CONFIG at the right folder.",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"A configuration file cannot be read: {error}",
            where=str(path),
            remedy="Check its permissions and save it as UTF-8.",
        ) from None
    try:
        return yaml.load(text, Loader=yaml.CSafeLoader)  # ten times as fast as the pure one
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise ConfigError(
            f"A configuration file is not valid YAML: {problem}",
            where=f"{path}{line}",
            remedy="Correct the line; indentation and unquoted colons are the usual causes.",
        ) from None


def load_model(path: Path, model: type[ModelT]) -> ModelT:
    """A YAML file as a validated model.

    Raises:
        ConfigError: as `load_yaml`, and when a field is unknown, missing or of the wrong kind.
    """
    content = load_yaml(path)
    try:
        return model.model_validate(content if content is not None else {})
    except ValidationError as error:
        first, more = error.errors()[0], error.error_count() - 1
        field_path = ".".join(str(part) for part in first["loc"]) or "(top level)"
        rest = f" (and {more} more)" if more else ""
        raise ConfigError(
            f"A configuration file does not fit: {first['msg']}{rest}",
            where=f"{path}, field {field_path}",
            remedy="Correct the field; a misspelt name counts as unknown.",
        ) from None
