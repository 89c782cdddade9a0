"""Filling `{name}` placeholders of a `for_each` rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_NAME = re.compile(r"\{(\w+)\}")


class PlaceholderError(Exception):
    """A rule uses a placeholder that its `for_each` does not fill."""


def filled(template: Any, words: Mapping[str, Any]) -> Any:
    """A copy of the template with every `{name}` replaced by its word, in keys and values.

    A text that is nothing but one placeholder takes the word as it is, number or truth value.

    Raises:
        PlaceholderError: `words` lacks a name.
    """
    if isinstance(template, str):
        return _filled_text(template, words)
    if isinstance(template, dict):
        return {filled(key, words): filled(value, words) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(item, words) for item in template]
    return template


def _filled_text(text: str, words: Mapping[str, Any]) -> Any:
    for name in _NAME.findall(text):
        if name not in words:
            raise PlaceholderError(f"the placeholder {{{name}}} is not given in this entry")
    alone = _NAME.fullmatch(text)
    if alone:
        return words[alone[1]]
    return _NAME.sub(lambda match: str(words[match[1]]), text)
