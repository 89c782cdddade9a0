"""How a transform is declared, found by its name, and bound to its arguments."""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from connectors.mapping.casts import Kind

#: A column in, a column of the same length out; null where a value could not be read.
Step = Callable[[pa.Array], pa.Array]

_CALL = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(?:\((.*)\))?\s*", re.DOTALL)
_ARGUMENT = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^,]*?))\s*(?:,|$)""")


class TransformError(Exception):
    """A transform is unknown or its arguments do not fit."""


@dataclass(frozen=True)
class Transform:
    """One entry of the closed list.

    Attributes:
        takes, gives: kinds of its input and output.
        problem: what a value that it cannot read is told, after the value.
        example: shown in the documentation.
        make: takes the arguments written in the mapping and returns the step.
        needs_key: its first argument is the installation's key, which the mapping does not write.
        may_blank: a null result means that there is no value, and not that it was unreadable.
    """

    name: str
    takes: Kind
    gives: Kind
    problem: str
    example: str
    make: Callable[..., Step]
    needs_key: bool = False
    may_blank: bool = False

    @property
    def meaning(self) -> str:
        """First paragraph of its documentation."""
        return " ".join((inspect.getdoc(self.make) or "").split("\n\n")[0].split())

    @property
    def parameters(self) -> list[inspect.Parameter]:
        """Arguments that a mapping may write."""
        found = list(inspect.signature(self.make, eval_str=True).parameters.values())
        return found[1:] if self.needs_key else found

    @property
    def signature(self) -> str:
        """How it is written in a mapping: `scale(low, high)`, `zero_pad(width)`."""
        shown = [
            p.name + ("" if p.default is p.empty else "?") for p in self.parameters
        ]  # fmt: skip
        return f"{self.name}({', '.join(shown)})" if shown else self.name


@dataclass(frozen=True)
class Bound:
    """A transform with its arguments, ready to run."""

    transform: Transform
    run: Step


_KNOWN: dict[str, Transform] = {}


def transform(
    name: str,
    takes: Kind,
    gives: Kind,
    *,
    example: str,
    problem: str = "cannot be read",
    needs_key: bool = False,
    may_blank: bool = False,
) -> Callable[[Callable[..., Step]], Callable[..., Step]]:
    """Add a function to the closed list."""

    def register(make: Callable[..., Step]) -> Callable[..., Step]:
        _KNOWN[name] = Transform(name, takes, gives, problem, example, make, needs_key, may_blank)
        return make

    return register


def known() -> list[Transform]:
    """All transforms, by name."""
    return [_KNOWN[name] for name in sorted(_KNOWN)]


def bind(text: str, key: Callable[[], bytes] | None = None) -> Bound:
    """The transform that a text such as `zero_pad(6)` names, with its arguments.

    Args:
        key: gives the installation's key, for transforms that need it.

    Raises:
        TransformError: no such transform, or arguments that do not fit it.
    """
    call = _CALL.fullmatch(text)
    if call is None:
        raise TransformError(f"{text!r} is not a transform such as strip or zero_pad(6)")
    name, inside = call[1], call[2]
    found = _KNOWN.get(name)
    if found is None:
        close = difflib.get_close_matches(name, _KNOWN, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise TransformError(f"there is no transform {name!r}{hint}")
    arguments = _converted(found, _split(inside or ""))
    if found.needs_key:
        if key is None:
            raise TransformError(f"{name!r} needs this installation's key; load with settings")
        arguments.insert(0, key())
    try:
        return Bound(found, found.make(*arguments))
    except ValueError as error:
        raise TransformError(f"{text!r}: {error}") from None


def _split(inside: str) -> list[str]:
    if not inside.strip():
        return []
    found = []
    at = 0
    while at < len(inside):
        match = _ARGUMENT.match(inside, at)
        if match is None:
            raise TransformError(f"cannot read the arguments ({inside})")
        found.append(next(group for group in match.groups() if group is not None))
        at = match.end()
    return found


def _converted(found: Transform, texts: list[str]) -> list[Any]:
    allowed = found.parameters
    needed = sum(p.default is p.empty for p in allowed)
    if not needed <= len(texts) <= len(allowed):
        raise TransformError(f"{found.signature!r} was given {len(texts)} argument(s)")
    try:
        return [p.annotation(text) for p, text in zip(allowed, texts, strict=False)]
    except ValueError as error:
        raise TransformError(f"{found.signature!r}: {error}") from None
