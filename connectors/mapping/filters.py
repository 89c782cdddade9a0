"""Row filters: `where: {field: value}`, `{field: [values]}`, `{field: {not_null: true}}`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from connectors.base import RawRow
from connectors.mapping.cells import spellings, text_of
from connectors.mapping.language import Presence, Scalar
from connectors.mapping.paths import column


def row_filter(
    where: Mapping[str, Presence | list[Scalar] | Scalar],
) -> Callable[[RawRow], bool]:
    """A function that tells whether a row meets every condition; values compare as text."""
    conditions = [(column(path), _condition(wanted)) for path, wanted in where.items()]

    def accepts(row: RawRow) -> bool:
        return all(meets(take([row])[0]) for take, meets in conditions)

    return accepts


def _condition(wanted: Presence | Sequence[Scalar] | Scalar) -> Callable[[object], bool]:
    if isinstance(wanted, Presence):
        expected = wanted.not_null
        return lambda value: _is_there(value) is expected
    options = wanted if isinstance(wanted, list) else [wanted]
    texts = {text for option in options for text in spellings(option)}
    return lambda value: _bare(value) in texts


def _is_there(value: object) -> bool:
    return value is not None and (not isinstance(value, str) or value.strip() != "")


def _bare(value: object) -> str | None:
    text = text_of(value)
    return text.strip() if text is not None else None
